import { z } from 'zod';
import { isoDate } from './iso-date.ts';
import { layOver, type LaidOver, type RecordedDocument } from './recorded-documents.ts';
import { readYaml, type Mistake } from './yaml.ts';

const date = isoDate.nullish();

const documentSchema = z.strictObject({
  id: z.string('thiếu mã văn bản, ví dụ 208-QD/TW').min(1),
  /** As people cite it: "Quy định số 208-QĐ/TW". */
  number: z.string('thiếu số hiệu, ví dụ "Quy định số 208-QĐ/TW"').min(1),
  title: z.string().nullish(),
  issuer: z.string().nullish(),
  issued: date,
  effective: date,
  replaces: z.array(z.string()).nullish(),
  replaced_by: z.string().nullish(),
  in_force: z.union([z.boolean(), z.literal('unknown')], 'ghi true, false hoặc unknown').default('unknown'),
  /** Month or day of the newest evidence of the document's state. */
  as_of: z.coerce.string().nullish(),
  evidence: z.enum(['text', 'secondary', 'memory'], 'ghi text, secondary hoặc memory').nullish(),
  source: z.string().nullish(),
  note: z.string().nullish(),
});

export type OfficialDocument = z.infer<typeof documentSchema>;

/**
 * Whether a document may still be relied upon, as far as the registry knows: `replaced` and `maybe-replaced` name the end
 * of the chain of successors, `to-be-replaced` the next document, which is not in force yet.
 */
export type Currency =
  | { state: 'in-force' | 'expired' | 'unknown' }
  | { state: 'replaced' | 'maybe-replaced'; by: OfficialDocument }
  | { state: 'to-be-replaced'; by: OfficialDocument; from: Temporal.PlainDate };

/** The registry: the file, and over it what officers recorded since. */
export interface Documents {
  /** A new array whenever something changes. */
  readonly all: readonly OfficialDocument[];
  get(id: string): OfficialDocument | undefined;
  currency(document: OfficialDocument): Currency;
  /**
   * When an officer recorded that something takes the place of this document, or of one that took its place; undefined:
   * nobody did, or only the file says so.
   */
  replacedAt(document: OfficialDocument): Temporal.ZonedDateTime | undefined;
  /**
   * Puts these records over the file, in place of those before.
   *
   * @param now a document is in force until the day on which the one that replaces it takes effect
   */
  lay(records: readonly RecordedDocument[], now: () => Temporal.ZonedDateTime): void;
  /** The document as the file has it. */
  inFile(id: string): OfficialDocument | undefined;
}

/** Reads the registry of official documents; every mistake is reported, none is thrown. */
export function readDocuments(source: string, file: string): { documents: Documents; mistakes: Mistake[] } {
  const checked = readYaml(source, z.array(documentSchema, 'phải là danh sách văn bản'), file);
  if ('mistakes' in checked) return { documents: createDocuments([]), mistakes: checked.mistakes };
  const list = checked.value;
  const documents = createDocuments(list);
  const mistakes: Mistake[] = [];
  const report = (path: PropertyKey[], text: string): void => {
    mistakes.push({ file, line: checked.lineOf(path), text });
  };
  for (const [i, document] of list.entries()) {
    if (documents.get(document.id) !== document) report([i, 'id'], `${document.id}: mã văn bản bị trùng.`);
    for (const other of [...(document.replaces ?? []), document.replaced_by ?? document.id]) {
      if (!documents.get(other)) report([i], `${document.id}: dẫn văn bản ${other} không có trong danh mục.`);
    }
    if (document.in_force === true && document.replaced_by) {
      report([i, 'in_force'], `${document.id}: còn hiệu lực mà lại có văn bản thay; sửa in_force hoặc replaced_by.`);
    }
    if (successors(documents, document) === 'cycle') {
      report([i, 'replaced_by'], `${document.id}: các văn bản thay nhau thành vòng tròn.`);
    }
  }
  return { documents, mistakes };
}

export function createDocuments(file: readonly OfficialDocument[]): Documents {
  const inFile = layOver(file, []);
  let view = inFile;
  let renew = (): LaidOver => view;
  let timeZone = 'UTC';
  const present = (): LaidOver => (view = renew());

  const documents: Documents = {
    get all() {
      return present().all;
    },
    get: (id) => present().byId.get(id),
    currency(document) {
      const { upcoming } = present();
      const chain = successors(documents, document);
      const by = chain === 'cycle' ? undefined : chain.at(-1);
      if (by) return { state: document.in_force === false ? 'replaced' : 'maybe-replaced', by };
      const next = upcoming.get(document.id);
      if (next) return { state: 'to-be-replaced', ...next };
      if (document.in_force === 'unknown') return { state: 'unknown' };
      return { state: document.in_force ? 'in-force' : 'expired' };
    },
    replacedAt(document) {
      const { recordedAt } = present();
      const chain = successors(documents, document);
      return [document, ...(chain === 'cycle' ? [] : chain)]
        .flatMap(({ id }) => recordedAt.get(id) ?? [])
        .toSorted((a, b) => Temporal.Instant.compare(a, b))
        .at(-1)
        ?.toZonedDateTimeISO(timeZone);
    },
    lay(records, now) {
      timeZone = now().timeZoneId;
      view = layOver(file, records, now().toPlainDate());
      renew = () => {
        const { until } = view;
        if (until === undefined) return view;
        const today = now().toPlainDate();
        return Temporal.PlainDate.compare(today, until) < 0 ? view : layOver(file, records, today);
      };
    },
    inFile: (id) => inFile.byId.get(id),
  };
  return documents;
}

/** The documents that replaced this one, oldest first. */
export function successors(
  documents: Pick<Documents, 'get'>,
  document: OfficialDocument,
): OfficialDocument[] | 'cycle' {
  const chain: OfficialDocument[] = [];
  let next = document.replaced_by ? documents.get(document.replaced_by) : undefined;
  while (next) {
    if (next.id === document.id || chain.includes(next)) return 'cycle';
    chain.push(next);
    next = next.replaced_by ? documents.get(next.replaced_by) : undefined;
  }
  return chain;
}

/** "Quy định số 208-QĐ/TW" → "208-QĐ/TW"; documents that have no number keep their name. */
export function shortNumber(document: OfficialDocument): string {
  return document.number.replace(/^.*? số /, '');
}
