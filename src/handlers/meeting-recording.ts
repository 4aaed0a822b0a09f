import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { readTime } from '../classes/typed-times.ts';
import type { Occurrence } from '../meetings/duties.ts';
import { holidayChoices, MEETINGS, occurrenceWords } from '../meetings/duty-texts.ts';
import type { Holidays } from '../meetings/holidays.ts';
import type { MeetingsStore } from '../meetings/meetings-store.ts';
import { ruleWords, type MeetingRule } from '../meetings/recurrence.ts';
import { readMeeting, type Untimed } from '../meetings/typed-meeting.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import type { MeetingRights } from './meeting-rights.ts';

const STEP = 'meeting-step';
const SAVE = 'meeting-save';
/** What is lost when recording is left. */
const TYPED = 'lịch họp vừa gõ';
/** Days ahead in which holidays are looked for when meetings are recorded. */
const LOOK_AHEAD = 365;
/** Places are a few words. UTF-16 units. */
const LONGEST_PLACE = 120;

interface State {
  unitId: string;
  below: boolean;
  /** What is still unknown is asked for. */
  rule?: MeetingRule | Untimed;
  /** Empty: they want none. */
  place?: string;
}

export interface MeetingRecordingDeps {
  meetings: MeetingsStore;
  units: UnitsStore;
  roles: Pick<RolesStore, 'actor'>;
  rights: (message: Incoming) => Promise<MeetingRights>;
  dialogs: Dialogs;
  holidays: Holidays;
  today: () => Temporal.PlainDate;
  timeZone: string;
}

/** Recording regular meetings: when, at what time, where, "Ghi". By one line, or step by step. */
export interface MeetingRecording {
  /** Undefined: not theirs. @param text empty: everything is asked for */
  begin(message: Incoming, unitId: string, below: boolean, text: string): Promise<Outgoing[] | undefined>;
  choose(message: Incoming, action: string): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createMeetingRecording(deps: MeetingRecordingDeps): MeetingRecording {
  const { meetings, dialogs, holidays, today, timeZone } = deps;

  async function begin(
    message: Incoming,
    unitId: string,
    below: boolean,
    text: string,
  ): Promise<Outgoing[] | undefined> {
    const rights = await deps.rights(message);
    if (!(await rights.maySet(unitId, below))) return undefined;
    return text === '' ? ask(message, { unitId, below }) : when(message, { unitId, below }, text);
  }

  /** Asks for the first thing that is missing, or shows what will be kept. */
  async function ask(message: Incoming, state: State): Promise<Outgoing[]> {
    const { rule, place } = state;
    if (rule?.time !== undefined && place !== undefined) return preview(message, state, rule);
    await dialogs.open(message, STEP, state, rule && TYPED);
    return say(!rule ? ASK_WHEN : rule.time === undefined ? ASK_TIME : ASK_PLACE);
  }

  async function when(message: Incoming, state: State, text: string): Promise<Outgoing[]> {
    const read = readMeeting(text, today());
    if ('mistake' in read) {
      await dialogs.open(message, STEP, { unitId: state.unitId, below: state.below });
      return say(`${escapeMarkdown(read.mistake)}\n\n(Gõ /huy để thôi.)`);
    }
    const { rule, place } = read.value;
    return ask(message, { ...state, rule, ...(place === undefined ? {} : { place }) });
  }

  async function preview(message: Incoming, state: State, rule: MeetingRule): Promise<Outgoing[]> {
    const unit = await deps.units.byId(state.unitId);
    if (!unit) return say(GONE);
    await dialogs.open(message, SAVE, state, TYPED);
    const known = await meetings.of(unit);
    const replaced = known.find(
      ({ unitId, below, rule: old }) => unitId === unit.id && below === state.below && old.kind !== 'once',
    );
    const facts = [
      `- Đơn vị: ${escapeMarkdown(unit.name)}${state.below ? ' và mọi đơn vị trực thuộc' : ''}`,
      `- Thời gian: ${ruleWords(rule)}`,
      `- Địa điểm: ${state.place ? escapeMarkdown(state.place) : 'chưa ghi'}`,
      ...(replaced && rule.kind !== 'once' ? [`- Thay cho lịch cũ: ${ruleWords(replaced.rule)}`] : []),
    ];
    return say(`**Lịch họp**\n\n${facts.join('\n')}\n\nĐúng chưa, đồng chí?`, [
      { id: choiceId(MEETINGS, 'save'), label: 'Ghi' },
      { id: choiceId(MEETINGS, 'edit'), label: 'Sửa' },
      { id: choiceId(MEETINGS, 'cancel'), label: 'Hủy' },
    ]);
  }

  async function save(message: Incoming): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, SAVE)) as (State & { rule: MeetingRule }) | undefined;
    if (!state) return undefined;
    const unit = await (await deps.rights(message)).maySet(state.unitId, state.below);
    if (!unit) return undefined;
    await dialogs.close(message);
    const place = state.place ? state.place : undefined;
    const { rule, unitId, below } = state;
    const actor = await deps.roles.actor(message);
    const markdown = `**Lịch họp mới** (${escapeMarkdown(unit.name)}): ${ruleWords(rule)}${place ? `, ${escapeMarkdown(place)}` : ''}. Gõ /hop để xem.`;
    const meeting = await meetings.add({ unitId, below, rule, place }, { actor, markdown });
    const span = { from: today(), to: today().add({ days: LOOK_AHEAD }) };
    const coming = await meetings.occurrences([meeting], span);
    const onHoliday = coming.find((one) => holidayOf(one) !== undefined);
    const next = coming[0] ? ` Kỳ tới: ${occurrenceWords(coming[0], timeZone)}.` : '';
    const done = `Đã ghi lịch họp.${next}\n\n${WHAT_FOLLOWS}`;
    if (!onHoliday) return say(done);
    return [...say(done), ...say(holidayQuestion(onHoliday), holidayChoices(onHoliday))];
  }

  function holidayOf({ startsAt }: Occurrence): string | undefined {
    return holidays.get(startsAt.toZonedDateTimeISO(timeZone).toPlainDate().toString());
  }

  function holidayQuestion(one: Occurrence): string {
    return `Kỳ họp **${occurrenceWords(one, timeZone)}** rơi vào **${holidayOf(one)}**. Đồng chí muốn thế nào? (Chưa chọn cũng được, trước đó một tuần tôi hỏi lại.)`;
  }

  return {
    begin,
    async choose(message, action) {
      const state = (await dialogs.state(message, SAVE)) as State | undefined;
      if (!state) return undefined;
      if (action === 'save') return save(message);
      if (action === 'edit') return begin(message, state.unitId, state.below, '');
      await dialogs.close(message);
      return say('Đã hủy, tôi không ghi gì.');
    },
    dialogs: {
      async [STEP](message, kept) {
        const state = kept as State;
        if (!(await (await deps.rights(message)).maySet(state.unitId, state.below))) return undefined;
        if (message.text.includes('?')) return undefined;
        const { rule } = state;
        if (!rule) {
          const isRead = !('mistake' in readMeeting(message.text, today()));
          return isRead || !dialogs.isMeantElsewhere(message.text) ? when(message, state, message.text) : undefined;
        }
        if (rule.time === undefined) {
          const time = readTime(message.text);
          if ('mistake' in time) return dialogs.misread(message, `${escapeMarkdown(time.mistake)}\n\n${ASK_TIME}`);
          const timed = { ...rule, time: time.value.toString({ smallestUnit: 'minute' }) };
          return ask(message, { ...state, rule: timed });
        }
        const text = message.text.normalize('NFC').replace(/\s+/gu, ' ').trim();
        if (text.length > LONGEST_PLACE) return say(ASK_PLACE);
        return ask(message, { ...state, place: /^(?:khong ghi|khong|bo qua)$/.test(fold(text)) ? '' : text });
      },
      async [SAVE](message, kept) {
        const state = kept as State;
        if (agrees(message.text)) return save(message);
        if (disagrees(message.text)) return begin(message, state.unitId, state.below, '');
        // Another schedule in its place; anything else leaves this one to be confirmed.
        if ('mistake' in readMeeting(message.text, today())) return undefined;
        return begin(message, state.unitId, state.below, message.text);
      },
    },
  };
}

/** Folded: what people say to "Đúng chưa?". */
const RIGHT = /^(?:da |vang )?(?:ghi|dung|ok|oke|dong y|nhat tri|duoc|vang)(?: roi| a| nhe)*$/;
const WRONG = /^(?:sua|(?:da )?(?:chua|chua dung|sai|sai roi|khong dung)(?: a)?)$/;

/** Whether somebody says yes to what was shown. "Dừng" folds to the same as "đúng". */
export function agrees(text: string): boolean {
  return RIGHT.test(words(fold(text)).join(' ')) && !/dừng/iu.test(text.normalize('NFC'));
}

/** Whether somebody says that what was shown is not right. */
export function disagrees(text: string): boolean {
  return WRONG.test(words(fold(text)).join(' '));
}

/** The unit with its meetings, as they are listed. */
export function meetingLine(rule: MeetingRule, place: string | undefined): string {
  return `${ruleWords(rule)}${place === undefined ? '' : `, ${escapeMarkdown(place)}`}`;
}

/** What a unit is called in a list. */
export function unitHead({ name }: Pick<Unit, 'name'>): string {
  return `**${escapeMarkdown(name)}**`;
}

const ASK_WHEN =
  'Chi bộ họp **ngày nào**? Đồng chí gõ một dòng, ví dụ:\n\n- ngày 3 hằng tháng 19:30, nhà văn hóa\n- thứ Bảy đầu tiên 8h\n- 12/12/2026 19:30\n\n(Gõ /huy để thôi.)';
const ASK_TIME = 'Họp lúc **mấy giờ**? Đồng chí gõ ví dụ: 19:30 hoặc 8h.';
const ASK_PLACE = 'Họp **ở đâu**? Đồng chí gõ nơi họp, hoặc gõ: không ghi.';
const GONE = 'Đơn vị này không còn trong danh sách. Đồng chí gõ /hop để xem lại.';
const WHAT_FOLLOWS =
  'Tôi sẽ nhắc bí thư: trước 3 ngày để chuẩn bị nội dung với chi ủy, trước 1 ngày, và hôm sau để hoàn chỉnh biên bản, nghị quyết.';
