import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isoDate } from './iso-date.ts';

const strings = z.array(z.string('phải là chữ; đặt trong ngoặc nháy nếu có dấu hai chấm').min(1)).default([]);

/** The front matter of `data/handbook/<field>/<slug>.md`; docs/viet-so-tay.md explains each to those who write it. */
export const entrySchema = z.strictObject({
  question: z.string('thiếu câu hỏi').trim().min(1, 'thiếu câu hỏi'),
  short: z.string('phải là chữ').trim().min(1).optional(),
  phrasings: strings,
  brief: strings,
  keywords: strings,
  basis: z
    .array(
      z.strictObject({
        doc: z.string('thiếu mã văn bản').min(1),
        at: z.coerce.string().min(1).nullish(),
        why: z.string().min(1).optional(),
      }),
      'phải là danh sách, mỗi mục có doc và at',
    )
    .default([]),
  checked: isoDate.optional(),
  evidence: z.enum(['text', 'secondary', 'memory'], 'ghi text, secondary hoặc memory').optional(),
  gaps: z.string().trim().min(1).optional(),
  sources: strings,
  related: strings,
  also: strings,
});

/** What an entry says: all that an edit can change. */
export interface EntryContent extends z.infer<typeof entrySchema> {
  /** The answer below `short`, as Markdown; may be empty. */
  body: string;
}

/** One question with its approved answer. */
export interface Entry extends EntryContent {
  /** `<field>/<slug>`, never changed once published. */
  id: string;
  /** Short stand-in for `id` where space is scarce: a Telegram button carries 64 bytes. */
  key: string;
  field: string;
  /** Path of the file, for messages to those who edit it; empty: there is none. */
  file: string;
}

/** The parts of an entry, in the order in which its file has them. */
export const PARTS = [
  'question',
  'short',
  'phrasings',
  'brief',
  'keywords',
  'basis',
  'checked',
  'evidence',
  'gaps',
  'sources',
  'related',
  'also',
  'body',
] as const satisfies readonly (keyof EntryContent)[];

export type Part = (typeof PARTS)[number];

export function entryOf(id: string, content: EntryContent, file = ''): Entry {
  return { ...content, id, key: keyOf(id), field: id.slice(0, id.indexOf('/')), file };
}

/** The entry without its id and place; parts that are empty are not there, so that equal contents are equal as JSON. */
export function contentOf(entry: EntryContent): EntryContent {
  const basis = entry.basis.map(({ doc, at, why }) => ({ doc, ...(at && { at }), ...(why && { why }) }));
  const whole: EntryContent = { ...entry, basis };
  const parts = PARTS.filter((part) => whole[part] !== undefined).map((part) => [part, whole[part]]);
  return Object.fromEntries(parts) as EntryContent;
}

/**
 * The content without its links to entries that are not there. Links to withdrawn entries stay in the versions, so that a
 * roll-back restores them, but they are shown nowhere, not exported, and make no difference.
 *
 * @param isThere by an entry's id
 */
export function withLivingLinks(content: EntryContent, isThere: (id: string) => boolean): EntryContent {
  return contentOf({ ...content, related: content.related.filter(isThere) });
}

const contentSchema = entrySchema.extend({ body: z.string() });

/** Reads what `JSON.stringify(contentOf(entry))` wrote. */
export function readContent(json: string): EntryContent {
  return contentSchema.parse(JSON.parse(json));
}

/** A fingerprint of what an entry says. */
export function contentHash(content: EntryContent): string {
  return createHash('sha256')
    .update(JSON.stringify(contentOf(content)))
    .digest('base64url');
}

/** The key of an entry or field: stable across restarts and releases, 10 letters of base64url. */
export function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 10);
}
