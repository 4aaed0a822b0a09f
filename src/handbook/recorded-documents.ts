import type { OfficialDocument } from './documents.ts';

/** What an officer says of a document. */
export type DocumentFields = Pick<
  OfficialDocument,
  'id' | 'number' | 'title' | 'issuer' | 'issued' | 'effective' | 'replaces' | 'source'
>;

/** A document that an officer recorded, or corrected, in the running bot. */
export interface RecordedDocument {
  fields: DocumentFields;
  /** The documents whose place it takes, and when that was recorded; without those that it had replaced by the file already. */
  ends: readonly { id: string; at: Temporal.Instant }[];
}

/** What takes a document's place, and from when. */
export interface Upcoming {
  by: OfficialDocument;
  from: Temporal.PlainDate;
}

/** The registry with the records over it, as it is on one day. */
export interface LaidOver {
  all: readonly OfficialDocument[];
  byId: ReadonlyMap<string, OfficialDocument>;
  /** By the id of a document that is still in force. */
  upcoming: ReadonlyMap<string, Upcoming>;
  /** By the id of a document: when it was recorded that another takes its place. */
  recordedAt: ReadonlyMap<string, Temporal.Instant>;
  /** The first day on which this changes by itself. */
  until: Temporal.PlainDate | undefined;
}

/**
 * A record says what it knows of a document in place of the file, and ends those that it replaces on the day on which it
 * takes effect. That is worked out, not kept: a record that is withdrawn leaves nothing behind.
 *
 * @param records where two end the same document, the later one counts
 * @param today undefined: what is recorded is in effect
 */
export function layOver(
  file: readonly OfficialDocument[],
  records: readonly RecordedDocument[],
  today?: Temporal.PlainDate,
): LaidOver {
  const byId = new Map<string, OfficialDocument>();
  for (const document of file) if (!byId.has(document.id)) byId.set(document.id, document);
  for (const { fields } of records) byId.set(fields.id, { in_force: true, ...byId.get(fields.id), ...fields });
  const ends = records
    .flatMap(({ fields, ends: ended }) => ended.map(({ id, at }) => ({ id, at, by: fields.id })))
    .filter(({ id, by }) => byId.has(id) && id !== by)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  const recordedAt = new Map(ends.map(({ id, at }) => [id, at]));
  const latest = new Map(ends.map((end) => [end.id, end]));
  const planned = new Map<string, { by: string; from: Temporal.PlainDate }>();
  for (const { id, at, by } of latest.values()) {
    const [old, successor] = [byId.get(id), byId.get(by)];
    if (!old || !successor) continue;
    const from = effectiveFrom(successor);
    if (today && from && Temporal.PlainDate.compare(from, today) > 0) planned.set(id, { by, from });
    else byId.set(id, { ...old, replaced_by: by, in_force: false, as_of: at.toString().slice(0, 10) });
  }
  const upcoming = new Map<string, Upcoming>();
  for (const [id, { by, from }] of planned) {
    const successor = byId.get(by);
    if (successor) upcoming.set(id, { by: successor, from });
  }
  const [until] = [...planned.values()].map(({ from }) => from).toSorted((a, b) => Temporal.PlainDate.compare(a, b));
  return { all: [...byId.values()], byId, upcoming, recordedAt, until };
}

/** The day on which a document takes effect, as far as it is known. */
export function effectiveFrom({
  effective,
  issued,
}: Pick<OfficialDocument, 'effective' | 'issued'>): Temporal.PlainDate | undefined {
  const date = effective ?? issued;
  return date ? Temporal.PlainDate.from(date) : undefined;
}
