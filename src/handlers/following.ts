import { createHash } from 'node:crypto';
import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { MOST_FOLLOWED, type FollowsStore, type RuleChange } from '../documents/follows-store.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Handbook } from '../handbook/load.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import { entryChoice } from './browse.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { FOLLOW, FOLLOWED } from './follow-choices.ts';
import type { KeptLine } from './own-data.ts';
import { PRIVATELY, type Registration } from './registration.ts';

const PAGE = 8;
/** Topics that a notice names. */
const MOST_TOPICS = 10;

export interface FollowingDeps {
  handbook: Handbook;
  follows: Pick<FollowsStore, 'add' | 'remove' | 'of'>;
  people: Pick<PeopleStore, 'of'>;
  registration: Pick<Registration, 'require'>;
}

export interface Following {
  feature: Feature;
  /** What a person follows, for `/dulieu`. */
  kept: (person: Person) => Promise<KeptLine[]>;
}

/** "Theo dõi chủ đề này": whoever wishes hears when the rules on a topic, or its answer, change. */
export function createFollowing({ handbook, follows, people, registration }: FollowingDeps): Following {
  async function follow(person: Person, key: string): Promise<Outgoing[]> {
    const entry = handbook.entry(key);
    if (!entry) return say(GONE);
    const about = `**${escapeMarkdown(entry.question)}**`;
    switch (await follows.add(person.id, entry.id)) {
      case 'added':
        return say(`Đồng chí đang theo dõi: ${about} Khi quy định thay đổi, tôi sẽ báo.`, [stop(entry), FOLLOWED]);
      case 'known':
        return say(`Đồng chí đã theo dõi chủ đề này từ trước: ${about}`, [stop(entry), FOLLOWED]);
      case 'full':
        return say(`Mỗi người theo dõi nhiều nhất ${MOST_FOLLOWED} chủ đề. Đồng chí thôi theo dõi bớt rồi thêm sau.`, [
          FOLLOWED,
        ]);
    }
  }

  /** Those that are still in the handbook. */
  async function topics(personId: string): Promise<Entry[]> {
    return (await follows.of(personId)).flatMap((id) => handbook.entry(id) ?? []);
  }

  async function list(person: Person, page: number, before = ''): Promise<Outgoing[]> {
    const all = await topics(person.id);
    const lead = before === '' ? '' : `${before}\n\n`;
    if (all.length === 0) return say(`${lead}${NONE}`);
    const shown = all.slice(page * PAGE, (page + 1) * PAGE);
    const choices = (shown.length > 0 ? shown : all.slice(0, PAGE)).map((entry) => ({
      id: choiceId(FOLLOW, 'off', entry.key),
      label: `Thôi: ${entry.question}`,
    }));
    if ((page + 1) * PAGE < all.length) {
      choices.push({ id: choiceId(FOLLOW, 'all', String(page + 1)), label: 'Xem tiếp' });
    }
    return say(`${lead}Đồng chí đang theo dõi **${all.length} chủ đề**. Chọn chủ đề muốn thôi theo dõi:`, choices);
  }

  async function press(message: Incoming, [what = '', about = '']: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    if (what === 'on') return registration.require(message, { name: ONWARD, argument: about, nameless: true });
    if (what !== 'off' && what !== 'all') return undefined;
    const person = await people.of(message);
    if (!person) return say(NONE);
    if (what === 'all') return list(person, /^\d{1,3}$/.test(about) ? Number(about) : 0);
    const entry = handbook.entry(about);
    // What was followed under an id that was folded into this entry since, goes as well.
    const removed = await Promise.all(
      [entry?.id, ...(entry?.also ?? [])].map((id) => follows.remove(person.id, id ?? '')),
    );
    const gone = removed.includes(true);
    return list(person, 0, gone ? 'Đã thôi theo dõi.' : 'Đồng chí không theo dõi chủ đề này.');
  }

  return {
    async kept({ id }) {
      return (await topics(id)).map(({ question }) => ({ what: 'Chủ đề theo dõi', value: question }));
    },
    feature: {
      commands: [],
      choices: { [FOLLOW]: press },
      onward: { [ONWARD]: (_message, person, key) => follow(person, key) },
    },
  };
}

/** What somebody is told of topics that they follow, with the topics to open. */
export function topicsNotice(
  handbook: Handbook,
  entryIds: readonly string[],
  text: string,
): Pick<Outgoing, 'markdown' | 'choices'> {
  const entries = [...new Set(entryIds.flatMap((id) => handbook.entry(id) ?? []))];
  const more = entries.length > MOST_TOPICS ? ` (còn ${entries.length - MOST_TOPICS} chủ đề nữa)` : '';
  return {
    markdown: `${text}\n\nChọn chủ đề để xem${more}. Muốn thôi theo dõi: gõ /caidat.`,
    choices: entries.slice(0, MOST_TOPICS).map((entry) => entryChoice(entry)),
  };
}

/** That the answers to topics that people follow were changed: once a day for the same topics. */
export function rewordedNotice(handbook: Handbook, entryIds: readonly string[], today: Temporal.PlainDate): RuleChange {
  const about = createHash('sha256').update(entryIds.toSorted().join(' ')).digest('base64url').slice(0, 16);
  return {
    key: `topics:${today.toString()}:${about}`,
    entryIds,
    message: (theirs) =>
      topicsNotice(
        handbook,
        theirs,
        '**Câu trả lời đã được sửa**\n\nCán bộ phụ trách vừa sửa nội dung của chủ đề mà đồng chí theo dõi.',
      ),
  };
}

const ONWARD = 'follow';

function stop(entry: Entry): Choice {
  return { id: choiceId(FOLLOW, 'off', entry.key), label: 'Thôi theo dõi' };
}

const GONE = 'Câu hỏi này không còn trong sổ tay. Đồng chí gõ /linhvuc để xem các câu khác.';
const NONE =
  'Đồng chí chưa theo dõi chủ đề nào. Dưới mỗi câu trả lời có nút "Theo dõi chủ đề này": khi quy định thay đổi, tôi sẽ báo.';
