import { describe, expect, test } from 'vitest';
import { parseQuietHours } from '../../src/delivery/quiet-hours.ts';
import { planReminders, type ClassRules, type Recipient, type ReminderSession } from '../../src/reminders/due.ts';
import { outOfQuiet } from '../../src/reminders/quiet.ts';

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const at = (text: string): Temporal.Instant => Temporal.Instant.from(`${text}+07:00`);
const shown = (when: Temporal.Instant): string =>
  when.toZonedDateTimeISO(TIME_ZONE).toPlainDateTime().toString({ smallestUnit: 'minute' });

function session(id: string, start: string, classId = 'a'): ReminderSession {
  return { id, classId, startsAt: at(start), endsAt: at(start).add({ hours: 2 }) };
}

function person(settings: Partial<Recipient['settings']> = {}, more: Partial<Recipient> = {}): Recipient {
  const everybody = { evening: true, eveningAt: undefined, minutesBefore: undefined };
  const rest = { quiet: undefined, mutedUntil: undefined, ...settings };
  return { id: 'p', classIds: ['a'], absentFrom: [], settings: { ...everybody, ...rest }, ...more };
}

/** All that is due over the days around, as "when rule sessions". */
function all(sessions: ReminderSession[], who: Recipient, rules: Record<string, ClassRules> = {}): string[] {
  const { due } = planReminders({
    sessions,
    rules: new Map(Object.entries(rules)),
    recipients: [who],
    window: { after: at('2026-11-01T00:00'), until: at('2026-12-31T00:00') },
    now: at('2026-11-01T00:00'),
    again: new Set(),
    quiet: parseQuietHours('22:00-06:00'),
    timeZone: TIME_ZONE,
  });
  return due.map((one) => `${shown(one.dueAt)} ${one.rule} ${one.sessions.map(({ id }) => id).join(',')}`).toSorted();
}

describe('when somebody is reminded', () => {
  test('the evening before of all sessions of the day, an hour before each half-day', () => {
    const day = [
      session('s1', '2026-12-01T08:00'),
      session('s2', '2026-12-01T10:00'),
      session('s3', '2026-12-01T14:00'),
    ];
    expect(all(day, person())).toEqual([
      '2026-11-30T19:30 evening s1,s2,s3',
      '2026-12-01T07:00 before s1',
      '2026-12-01T13:00 before s3',
    ]);
  });

  test('sessions of several classes are one digest, at the earliest time that one of them wants', () => {
    const day = [session('s1', '2026-12-01T08:00', 'a'), session('s2', '2026-12-01T09:00', 'b')];
    const rules = { b: { evening: Temporal.PlainTime.from('18:00'), minutesBefore: 15 } };
    expect(all(day, person({}, { classIds: ['a', 'b'] }), rules)).toEqual([
      '2026-11-30T18:00 evening s1,s2',
      '2026-12-01T07:00 before s1',
    ]);
  });

  test('class and person may want it otherwise, the person comes first', () => {
    const one = [session('s1', '2026-12-01T08:00')];
    expect(all(one, person(), { a: { evening: 'off', minutesBefore: 90 } })).toEqual(['2026-12-01T06:30 before s1']);
    expect(all(one, person({ minutesBefore: 30, eveningAt: Temporal.PlainTime.from('20:15') }))).toEqual([
      '2026-11-30T20:15 evening s1',
      '2026-12-01T07:30 before s1',
    ]);
    expect(all(one, person({ minutesBefore: 0, evening: false }))).toEqual([]);
  });

  test('who will be absent is reminded of the rest; who wants silence of nothing until then', () => {
    const day = [session('s1', '2026-12-01T08:00'), session('s2', '2026-12-01T10:00')];
    expect(all(day, person({}, { absentFrom: ['s1'] }))).toEqual([
      '2026-11-30T19:30 evening s2',
      '2026-12-01T09:00 before s2',
    ]);
    const muted = Temporal.PlainDate.from('2026-11-30');
    expect(all(day, person({ mutedUntil: muted }))).toEqual(['2026-12-01T07:00 before s1']);
  });

  test('quiet time puts it off to its end, or forward to before it begins', () => {
    expect(all([session('s1', '2026-12-01T06:30')], person())).toEqual([
      '2026-11-30T19:30 evening s1',
      '2026-12-01T06:00 before s1',
    ]);
    expect(all([session('s1', '2026-12-01T05:30')], person())).toEqual([
      '2026-11-30T19:30 evening s1',
      '2026-11-30T21:55 before s1',
    ]);
    const early = person({ quiet: parseQuietHours('19:00-22:00') });
    expect(all([session('s1', '2026-12-01T06:00')], early)).toContain('2026-11-30T18:55 evening s1');
  });
});

test('quiet times that leave nothing of the day are not heeded', () => {
  const both = [parseQuietHours('22:00-06:00'), parseQuietHours('06:00-22:00')];
  const wanted = at('2026-12-01T07:00');
  expect(outOfQuiet(wanted, at('2026-12-01T08:00'), both, TIME_ZONE)).toEqual(wanted);
});

test('of a window only what was not planned before; what is past use is counted', () => {
  const input = {
    sessions: [session('s1', '2026-12-01T08:00'), session('s2', '2026-12-02T08:00')],
    rules: new Map<string, ClassRules>(),
    recipients: [person()],
    again: new Set<string>(),
    quiet: undefined,
    timeZone: TIME_ZONE,
  };
  const now = at('2026-12-02T07:04');
  const { due, missed } = planReminders({ ...input, window: { after: at('2026-11-30T20:00'), until: now }, now });
  expect(due.map(({ key, late }) => [key, late])).toEqual([
    ['reminder:2026-12-02:evening:p', true],
    ['reminder:s2@2026-12-02T01:00:00Z:before:p', false],
  ]);
  expect(missed.map(({ key }) => key)).toEqual(['reminder:s1@2026-12-01T01:00:00Z:before:p']);
});
