import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { DocumentRecord } from '../documents/documents-store.ts';
import type { FollowsStore } from '../documents/follows-store.ts';
import type { Registry } from '../documents/registry.ts';
import type { FiguresStore } from '../figures/figures-store.ts';
import { keyOf, type Entry } from '../handbook/entry.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import { effectiveFrom } from '../handbook/recorded-documents.ts';
import { overtaken } from '../handbook/replacement.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { button } from './document-draft.ts';
import { choiceId, paragraphs, say } from './feature.ts';
import { topicsNotice } from './following.ts';

/** How far back it is counted who was given an answer that no longer holds. */
const LOOK_BACK_DAYS = 90;

export interface DocumentEffectsDeps {
  handbook: Handbook;
  registry: Registry;
  follows: Pick<FollowsStore, 'count' | 'tellBy'>;
  figures: Pick<FiguresStore, 'entriesAsked'>;
  roles: Pick<RolesStore, 'actor'>;
  questionDays: number;
  clock: Clock;
  timeZone: string;
}

/** What a recorded document means for the answers and for those who follow them. */
export function createDocumentEffects({
  handbook,
  registry,
  follows,
  figures,
  roles,
  clock,
  ...deps
}: DocumentEffectsDeps): {
  /** How many answers rest on what was replaced, how often they were given, and who could be told. */
  report(id: string, done: string): Promise<Outgoing[]>;
  /** Tells those who follow these answers, each once. */
  tell(message: Incoming, record: DocumentRecord): Promise<Outgoing[]>;
} {
  const { documents } = registry;
  const days = Math.min(LOOK_BACK_DAYS, deps.questionDays);

  function restingOn(id: string): Entry[] {
    return handbook.entries.filter((entry) => overtaken(entry, documents).some(({ by }) => by.id === id));
  }

  const idsOf = (entries: readonly Entry[]): string[] => entries.flatMap(({ id, also }) => [id, ...also]);

  return {
    async report(id, done) {
      const entries = restingOn(id);
      const record = registry.record(id);
      if (!record || record.ends.length === 0) return say(done);
      if (entries.length === 0) return say(`${done} Không có câu trả lời nào phải rà soát lại.`);
      const today = clock.now().toZonedDateTimeISO(deps.timeZone).toPlainDate();
      const asked = await figures.entriesAsked({ from: today.subtract({ days }), to: today });
      const times = idsOf(entries).reduce((sum, entry) => sum + (asked.get(entry) ?? 0), 0);
      const followers = await follows.count(idsOf(entries));
      const text = [
        done,
        `**${entries.length} câu trả lời** dựa vào văn bản cũ: từ giờ mỗi câu có dòng cảnh báo ở đầu, thôi được coi là đã duyệt, và chờ rà soát (gõ /duyet).`,
        times > 0
          ? `Trong ${days} ngày qua, các câu này đã trả lời **${times} lượt hỏi**.`
          : `Trong ${days} ngày qua chưa ai hỏi các câu này.`,
        followers > 0 ? `**${followers} người** đang theo dõi các chủ đề này. Đồng chí có muốn báo cho họ không?` : '',
      ];
      const [first] = record.ends;
      return say(paragraphs(...text), [
        ...(followers > 0 ? [button(`Báo cho ${followers} người theo dõi`, 'tell', keyOf(id))] : []),
        ...(first ? [{ id: choiceId('d', keyOf(first.id)), label: 'Xem các câu trả lời đó' }] : []),
      ]);
    },
    async tell(message, { fields, ends }) {
      const last = ends.map(({ at }) => at.epochMilliseconds).toSorted((a, b) => b - a)[0] ?? 0;
      const told = await follows.tellBy(
        {
          key: `rule:${fields.id}:${last}`,
          entryIds: idsOf(restingOn(fields.id)),
          message: (entryIds) => notice(entryIds),
        },
        await roles.actor(message),
      );
      return say(
        told > 0
          ? `Đã báo cho ${told} người theo dõi.`
          : 'Những người theo dõi đã được báo rồi, hoặc không nhận tin; tôi không gửi thêm.',
      );

      function notice(entryIds: readonly string[]): Pick<Outgoing, 'markdown' | 'choices'> {
        const olds = ends.flatMap(({ id }) => documents.get(id)?.number ?? []).join(', ');
        const from = effectiveFrom(fields);
        const since = from ? ` từ ngày ${vietnameseDate(from.toString())}` : '';
        return topicsNotice(
          handbook,
          entryIds,
          `**Quy định có thay đổi**\n\n${escapeMarkdown(olds)} được ${escapeMarkdown(fields.number)} thay${since}. Đồng chí đang theo dõi chủ đề dựa vào văn bản này. Câu trả lời đang được rà soát; đồng chí hỏi lại cấp ủy trước khi áp dụng.`,
        );
      }
    },
  };
}
