import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { shortNumber, successors, type Documents, type OfficialDocument } from './documents.ts';
import type { Entry } from './entry.ts';
import { vietnameseDate } from './iso-date.ts';
import { effectiveFrom } from './recorded-documents.ts';

/** A document of an entry's basis that another took, or takes, the place of without the entry knowing. */
interface Overtaken {
  old: OfficialDocument;
  by: OfficialDocument;
  /** Undefined: not known. */
  from: Temporal.PlainDate | undefined;
  /** The day has not come. */
  upcoming: boolean;
}

/**
 * The documents that an entry rests on and that were replaced behind its back. Who wrote the entry knew of a replacement
 * when it cites the successor, says why it cites the old document (`why`), or was checked after the replacement was
 * recorded.
 *
 * @param approvedAt an approval that was given later than the replacement was recorded settles it, too
 */
export function overtaken(
  entry: Pick<Entry, 'basis' | 'checked'>,
  documents: Documents,
  approvedAt?: Temporal.Instant,
): Overtaken[] {
  const cited = new Set(entry.basis.map(({ doc }) => doc));
  const found = new Map<string, Overtaken>();
  for (const { doc, why } of entry.basis) {
    const old = documents.get(doc);
    const currency = old && documents.currency(old);
    if (!old || why !== undefined || !currency) continue;
    if (currency.state !== 'replaced' && currency.state !== 'to-be-replaced') continue;
    const chain = successors(documents, old);
    // Where a successor is cited and was replaced in its turn, that one stands in the list.
    if ([currency.by, ...(chain === 'cycle' ? [] : chain)].some(({ id }) => cited.has(id))) continue;
    if (known(documents.replacedAt(old), entry.checked, approvedAt)) continue;
    const upcoming = currency.state === 'to-be-replaced';
    found.set(doc, { old, by: currency.by, from: upcoming ? currency.from : effectiveFrom(currency.by), upcoming });
  }
  return [...found.values()];
}

/** The date of a check has no time: what was checked on the day of the record counts as checked before it. */
function known(
  replacedAt: Temporal.ZonedDateTime | undefined,
  checked: string | undefined,
  approvedAt: Temporal.Instant | undefined,
): boolean {
  if (!replacedAt) return false;
  if (approvedAt && Temporal.Instant.compare(approvedAt, replacedAt.toInstant()) > 0) return true;
  return checked !== undefined && checked > replacedAt.toPlainDate().toString();
}

/** The line above an answer that rests on a document which was replaced; empty when there is none. Markdown. */
export function replacementWarning(found: readonly Overtaken[]): string {
  const [first] = found;
  if (!first) return '';
  const sentences = [...Map.groupBy(found, ({ by }) => by.id).values()].flatMap((group) => {
    const [one] = group;
    if (!one) return [];
    const olds = group.map(({ old }) => shortNumber(old)).join(', ');
    const from = one.from ? ` từ ngày ${vietnameseDate(one.from.toString())}` : '';
    return [`Văn bản ${olds} ${one.upcoming ? 'sẽ' : 'đã'} được ${shortNumber(one.by)} thay${from}`];
  });
  return `⚠️ ${escapeMarkdown(sentences.join('. '))}; nội dung dưới đây đang được rà soát, đồng chí hỏi lại cấp ủy trước khi áp dụng.`;
}
