import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { dayWords } from '../classes/session-words.ts';
import { todayIn, type Clock } from '../clock.ts';
import { isoDate } from '../handbook/iso-date.ts';
import type { Meeting, Occurrence } from '../meetings/duties.ts';
import { MEETINGS, occurrenceWords } from '../meetings/duty-texts.ts';
import type { Holidays } from '../meetings/holidays.ts';
import type { MeetingsStore } from '../meetings/meetings-store.ts';
import { datesOf, startOf } from '../meetings/recurrence.ts';
import { readMeeting } from '../meetings/typed-meeting.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { createMeetingMoving } from './meeting-moving.ts';
import { createMeetingRecording, meetingLine, unitHead } from './meeting-recording.ts';
import { createMeetingRights, type MeetingRights } from './meeting-rights.ts';
import { PRIVATELY } from './registration.ts';

const FOR_UNIT = 'meeting-unit';
/** Meetings that are shown, and that can be picked to be moved. */
const SHOWN = 3;
const PICKED = 6;
/** Days ahead in which those are looked for. */
const LOOK_AHEAD = 370;
/** A time, or a place after a comma; nearly all questions have neither, and need not be read as a schedule. */
const MAY_BE_SCHEDULE = /[\d,;\n]/;

export interface MeetingsFeatureDeps {
  meetings: MeetingsStore;
  units: UnitsStore;
  roles: Pick<RolesStore, 'rolesOf' | 'reach' | 'actor'>;
  dialogs: Dialogs;
  holidays: Holidays;
  clock: Clock;
  timeZone: string;
}

/** `/hop`: a unit's meetings: see, record, move, call off; officers for the units within their reach. */
export function createMeetingsFeature(deps: MeetingsFeatureDeps): Feature {
  const { meetings, units, roles, dialogs, clock, timeZone } = deps;
  const rights = createMeetingRights(roles, units);
  const today = todayIn(clock, timeZone);
  const recording = createMeetingRecording({ ...deps, rights, today });
  const moving = createMeetingMoving({ ...deps, rights, today, plannedOn, by });

  /** A schedule by itself, from somebody who records those of one cell: "ngày 5 hằng tháng 19:30, nhà văn hóa". */
  async function schedule(message: Incoming): Promise<Outgoing[] | undefined> {
    if (message.group || !MAY_BE_SCHEDULE.test(message.text)) return undefined;
    const read = readMeeting(message.text, today());
    if ('mistake' in read) return undefined;
    const { rule, place } = read.value;
    // A date alone may be about anything.
    if (place === undefined && (rule.time === undefined || rule.kind === 'once')) return undefined;
    const [only, ...others] = (await rights(message)).own;
    return only && others.length === 0 ? recording.begin(message, only.id, false, message.text) : undefined;
  }

  /** The next meetings that are held. */
  async function coming(of: readonly Meeting[], most: number): Promise<Occurrence[]> {
    const span = { from: today().subtract({ days: 1 }), to: today().add({ days: LOOK_AHEAD }) };
    const all = await meetings.occurrences(of, span);
    return all.filter(({ startsAt }) => Temporal.Instant.compare(startsAt, clock.now()) > 0).slice(0, most);
  }

  async function showUnit(mine: MeetingRights, unit: Unit): Promise<{ markdown: string; choices: Choice[] }> {
    const known = await meetings.of(unit);
    const lines = known.map(({ rule, place, unitId }) => {
      const above = unitId === unit.id ? '' : ' (cấp trên đặt)';
      return `- ${meetingLine(rule, place)}${above}`;
    });
    const next = (await coming(known, SHOWN)).map((one) => `- ${occurrenceWords(one, timeZone)}`);
    const markdown = [
      unitHead(unit),
      lines.length > 0 ? lines.join('\n') : 'Chưa ghi lịch họp.',
      lines.length === 0 && mine.own.length === 1 && mine.own[0]?.id === unit.id ? TYPE_IT : '',
      next.length > 0 ? `Sắp tới:\n\n${next.join('\n')}` : '',
    ];
    const choices: Choice[] = [{ id: choiceId(MEETINGS, 'new', unit.id), label: 'Ghi lịch họp' }];
    for (const meeting of known) {
      if (!(await mine.mayChange(meeting))) continue;
      const which = known.length > 1 ? `: ${meetingLine(meeting.rule, undefined)}` : '';
      choices.push({ id: choiceId(MEETINGS, 'list', meeting.id), label: `Dời, hủy${which}` });
    }
    return { markdown: markdown.filter((part) => part !== '').join('\n\n'), choices };
  }

  async function show(mine: MeetingRights, shown: readonly Unit[]): Promise<Outgoing[]> {
    const officer = mine.isOfficer ? [{ id: choiceId(MEETINGS, 'officer'), label: 'Đặt lịch cho đơn vị' }] : [];
    const parts = await Promise.all(shown.map((unit) => showUnit(mine, unit)));
    const [first, ...rest] = parts;
    if (!first) return say(mine.isOfficer ? HOW_FOR_OFFICERS : NOT_SECRETARY, officer);
    return [first, ...rest].map(({ markdown, choices }, i) => ({
      markdown,
      choices: i === parts.length - 1 ? [...choices, ...officer] : choices,
    }));
  }

  async function typed(message: Incoming, argument: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const mine = await rights(message);
    if (argument === '') return show(mine, mine.own);
    const [only] = mine.own;
    if (only && mine.own.length === 1 && !argument.includes('|') && 'value' in readMeeting(argument, today())) {
      return (await recording.begin(message, only.id, false, argument)) ?? say(NOT_SECRETARY);
    }
    if (!mine.isOfficer) return only ? say(HOW_TO_TYPE) : say(NOT_SECRETARY);
    return forUnit(message, mine, argument);
  }

  /** "Chi bộ Thôn 1 | ngày 5 hằng tháng 19:30", or a unit to be shown. */
  async function forUnit(message: Incoming, mine: MeetingRights, text: string): Promise<Outgoing[]> {
    const [name = '', when = ''] = text.split('|').map((part) => part.trim());
    const match = await units.match(name, mine.reach);
    if (match.kind === 'none') return say(NO_SUCH_UNIT);
    if (match.kind === 'candidates') {
      const choices: Choice[] = [];
      for (const unit of match.units) {
        choices.push({ id: choiceId(MEETINGS, 'unit', unit.id), label: await units.label(unit) });
      }
      return say('Chưa rõ là đơn vị nào. Đồng chí chọn:', choices);
    }
    const { unit } = match;
    if (when === '') return show(mine, [unit]);
    if ((await units.counts(unit)).units === 0) {
      return (await recording.begin(message, unit.id, false, when)) ?? say(NO_SUCH_UNIT);
    }
    await dialogs.open(message, FOR_UNIT, { when });
    return say(`Lịch này cho ai ở ${unitHead(unit)}?`, [
      { id: choiceId(MEETINGS, 'only', unit.id), label: 'Chỉ đơn vị này' },
      { id: choiceId(MEETINGS, 'below', unit.id), label: 'Cả các đơn vị trực thuộc' },
    ]);
  }

  async function choose(message: Incoming, [action, id = '', date = '']: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const mine = await rights(message);
    switch (action) {
      case 'save':
      case 'edit':
      case 'cancel':
        return recording.choose(message, action);
      case 'new':
        return recording.begin(message, id, false, '');
      case 'officer':
        if (!mine.isOfficer) return undefined;
        await dialogs.open(message, FOR_UNIT, {});
        return say(HOW_FOR_OFFICERS);
      case 'unit': {
        const unit = mine.isOfficer ? await mine.maySet(id, true) : undefined;
        return unit && show(mine, [unit]);
      }
      case 'only':
      case 'below': {
        const state = (await dialogs.state(message, FOR_UNIT)) as { when?: string } | undefined;
        return state?.when === undefined ? undefined : recording.begin(message, id, action === 'below', state.when);
      }
      case undefined:
      default:
    }
    const meeting = await meetings.byId(id);
    if (!meeting || !(await mine.mayChange(meeting))) return undefined;
    switch (action) {
      case 'list':
        return list(meeting);
      case 'end':
        return say(`Thôi lịch họp **${meetingLine(meeting.rule, meeting.place)}**?`, [
          { id: choiceId(MEETINGS, 'ended', id), label: 'Xác nhận bỏ lịch' },
          { id: choiceId(MEETINGS, 'list', id), label: 'Không, giữ lại' },
        ]);
      case 'ended':
        await meetings.end(meeting, await by(message, meeting, 'thôi lịch họp này.'));
        return say('Đã bỏ lịch họp này. Tôi không nhắc nữa.');
      case undefined:
      default:
    }
    const planned = plannedOn(meeting, date);
    if (!planned) return undefined;
    const when = dayWords(planned.toZonedDateTimeISO(timeZone));
    switch (action) {
      case 'one':
        return say(`Kỳ họp **${when}**: đồng chí muốn làm gì?`, [
          { id: choiceId(MEETINGS, 'move', id, date), label: 'Dời sang ngày khác' },
          { id: choiceId(MEETINGS, 'off', id, date), label: 'Bỏ kỳ này' },
          { id: choiceId(MEETINGS, 'keep', id, date), label: 'Theo đúng lịch' },
        ]);
      case 'move':
        return moving.ask(message, meeting, date);
      case 'moved':
        return moving.carryOut(message, meeting, date);
      case 'off':
        await meetings.change(meeting, date, 'off', await by(message, meeting, `kỳ ${when} không họp.`));
        return say(`Đã ghi: kỳ họp ${when} không họp.`, [
          { id: choiceId(MEETINGS, 'keep', id, date), label: 'Lấy lại kỳ này' },
        ]);
      case 'keep':
        await meetings.change(meeting, date, 'as planned', await by(message, meeting, `kỳ ${when} họp theo lịch.`));
        return say(`Đã ghi: kỳ họp ${when} vẫn họp theo lịch.`);
      case undefined:
      default:
        return undefined;
    }
  }

  async function list(meeting: Meeting): Promise<Outgoing[]> {
    const next = await coming([meeting], PICKED);
    return say(`**${meetingLine(meeting.rule, meeting.place)}**\n\nĐồng chí chọn kỳ cần dời hoặc hủy:`, [
      ...next.map((one) => ({
        id: choiceId(MEETINGS, 'one', meeting.id, one.date),
        label: occurrenceWords({ ...one, meeting: { ...meeting, place: undefined } }, timeZone),
      })),
      { id: choiceId(MEETINGS, 'end', meeting.id), label: 'Bỏ hẳn lịch này' },
    ]);
  }

  /** When the meeting of this date would begin by the rule; undefined: there is none. */
  function plannedOn({ rule }: Meeting, date: string): Temporal.Instant | undefined {
    if (!isoDate.safeParse(date).success) return undefined;
    const day = Temporal.PlainDate.from(date);
    return datesOf(rule, day, day).length > 0 ? startOf(rule, day, timeZone) : undefined;
  }

  async function by(
    message: Incoming,
    { unitId }: Meeting,
    what: string,
  ): Promise<{ actor: string; markdown: string }> {
    const unit = await units.byId(unitId);
    const head = unit ? `**Lịch họp** (${escapeMarkdown(unit.name)})` : '**Lịch họp**';
    return { actor: await roles.actor(message), markdown: `${head}: ${what} Gõ /hop để xem.` };
  }

  return {
    commands: [
      {
        name: 'hop',
        description: 'Lịch họp của chi bộ mình',
        audience: 'everyone',
        words: ['hop', 'lich hop', 'hop chi bo', 'lich hop chi bo', 'ghi lich hop', 'xem lich hop'],
        run: typed,
      },
    ],
    choices: { [MEETINGS]: choose },
    hear: schedule,
    dialogs: {
      ...recording.dialogs,
      ...moving.dialogs,
      async [FOR_UNIT](message, state) {
        const mine = await rights(message);
        if (!mine.isOfficer || (state as { when?: string }).when !== undefined) return undefined;
        if (!message.text.includes('|')) return undefined;
        await dialogs.close(message);
        return forUnit(message, mine, message.text);
      },
    },
  };
}

const TYPE_IT = 'Đồng chí gõ luôn lịch họp cũng được, ví dụ: ngày 5 hằng tháng 19:30, nhà văn hóa.';
const NOT_SECRETARY =
  'Lệnh này dành cho bí thư ghi lịch họp của chi bộ mình. Đồng chí là bí thư thì xin cán bộ phụ trách mã mời, rồi gõ mã đó vào đây.';
const HOW_TO_TYPE =
  'Tôi chưa đọc được lịch họp. Đồng chí gõ ví dụ: /hop ngày 3 hằng tháng 19:30, nhà văn hóa; hoặc gõ /hop để xem lịch.';
const HOW_FOR_OFFICERS =
  'Để đặt lịch họp cho một đơn vị, đồng chí gõ tên đơn vị, dấu | rồi lịch họp, ví dụ:\n\n/hop Chi bộ Thôn 1 | ngày 3 hằng tháng 19:30, nhà văn hóa\n\nGõ /hop kèm tên đơn vị để xem lịch của đơn vị đó.';
const NO_SUCH_UNIT =
  'Tôi không thấy đơn vị này trong phạm vi của đồng chí. Đồng chí gõ lại tên, hoặc gõ /donvi để xem danh sách.';
