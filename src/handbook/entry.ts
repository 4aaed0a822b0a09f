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

/** One question with its approved answer. */
export interface Entry extends z.infer<typeof entrySchema> {
  /** `<field>/<slug>`, never changed once published. */
  id: string;
  /** Short stand-in for `id` where space is scarce: a Telegram button carries 64 bytes. */
  key: string;
  field: string;
  /** The answer below `short`, as Markdown; may be empty. */
  body: string;
  /** Path of the file, for messages to those who edit it. */
  file: string;
}

/** The key of an entry or field: stable across restarts and releases, 10 letters of base64url. */
export function keyOf(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 10);
}
