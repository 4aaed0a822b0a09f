import { describe, expect, test } from 'vitest';
import type { Enrolment } from '../../src/classes/enrolments-store.ts';
import { noPlaceFor } from '../../src/classes/places.ts';
import { classReport, percent } from '../../src/classes/report.ts';
import { planResults, readResultLines } from '../../src/classes/results.ts';
import { matchRoster } from '../../src/classes/roster-match.ts';
import type { Session } from '../../src/classes/training-class.ts';
import { readMarks } from '../../src/classes/typed-marks.ts';

describe('marks as an officer types them', () => {
  const names = ['Lê Thị Mai', 'Vũ Văn Nam', 'Trần Văn Nam', 'Đỗ An'];
  test.each([
    ['vắng 3', [[2, 'absent']]],
    [
      'Vắng: 1, 3-4',
      [
        [0, 'absent'],
        [2, 'absent'],
        [3, 'absent'],
      ],
    ],
    [
      'vang mat 1 2; muộn Mai',
      [
        [0, 'absent'],
        [1, 'absent'],
        [0, 'late'],
      ],
    ],
    [
      'có mặt Trần Văn Nam\nbỏ 4',
      [
        [2, 'present'],
        [3, null],
      ],
    ],
    ['đến muộn do an', [[3, 'late']]],
  ])('%s', (text, wanted) => {
    const read = readMarks(text, names);
    expect(read?.mistakes).toEqual([]);
    expect(read?.marks.map(({ index, checked }) => [index, checked])).toEqual(wanted);
  });

  test.each(['vắng Nam', 'vắng 0', 'vắng 5', 'vắng 3-2', 'vắng', 'vắng 1; đi đâu', 'vắng Hoa'])(
    '%s is asked about',
    (text) => {
      expect(readMarks(text, names)?.mistakes).toHaveLength(1);
    },
  );

  test.each(['', 'đảng viên vắng họp ba tháng', 'Vũ Văn Nam'])('"%s" is none', (text) => {
    expect(readMarks(text, names)).toBeUndefined();
  });
});

describe('whose line of a roster', () => {
  const units = [
    { id: 'a', name: 'Chi bộ Văn phòng', kind: 'chi bộ', parentId: undefined },
    { id: 'b', name: 'Chi bộ Thôn 1', kind: 'chi bộ', parentId: undefined },
  ];
  const rows = [
    { id: 1, name: 'Nguyễn Văn An', unit: 'CB Văn phòng' },
    { id: 2, name: 'NGUYEN VAN AN', unit: 'Chi bộ Thôn 1' },
    { id: 3, name: 'Nguyễn Văn Ân', unit: 'Chi bộ Thôn 1' },
    { id: 4, name: 'Lê Bình', unit: '' },
    { id: 5, name: 'Phạm Cúc', unit: 'Tổ 5' },
  ];
  const who = (name: string, unitId: string | undefined, unitText?: string) =>
    matchRoster({ name, unitId, unitText }, rows, units);
  test('name and unit agree', () => {
    expect(who('Nguyễn Văn An', 'a')).toEqual({ kind: 'exact', row: rows[0] });
    expect(who('Phạm Cúc', undefined, 'tổ 5')).toEqual({ kind: 'exact', row: rows[4] });
    expect(who('Nguyễn Văn Ân', 'b')).toMatchObject({ kind: 'unsure', rows: [rows[1], rows[2]] });
  });
  test('only the name does', () => {
    expect(who('Lê Bình', 'a')).toEqual({ kind: 'unsure', rows: [rows[3]] });
    expect(who('Nguyễn Văn An', undefined, 'Chi bộ lạ')).toMatchObject({ kind: 'unsure' });
    expect(who('Người Lạ', 'a')).toEqual({ kind: 'none' });
  });
});

test('a place is counted by class, and by unit with what is below it', () => {
  const holders = [
    { unitPath: 'x/a/', unitText: undefined },
    { unitPath: undefined, unitText: 'CB Văn phòng' },
  ];
  const quota = { unitId: 'x', unitName: 'Chi bộ Văn phòng', most: 2 };
  const one = { unitPath: 'x/b/', unitText: undefined };
  expect(noPlaceFor(one, holders, { capacity: 2, quotas: [] })).toEqual({ full: 'class' });
  expect(noPlaceFor(one, holders, { capacity: 3, quotas: [quota] })).toEqual({
    full: 'unit',
    unitName: 'Chi bộ Văn phòng',
  });
  expect(
    noPlaceFor({ unitPath: 'y/', unitText: undefined }, holders, { capacity: 3, quotas: [quota] }),
  ).toBeUndefined();
  expect(noPlaceFor(one, holders, { capacity: undefined, quotas: [{ ...quota, most: 3 }] })).toBeUndefined();
});

describe('the report', () => {
  const enrolment = (id: number): Enrolment => ({
    id,
    classId: 'c',
    personId: undefined,
    name: `Người ${id}`,
    unit: 'Chi bộ',
    unitId: undefined,
    state: 'enrolled',
    result: undefined,
  });
  const session = (day: number): Session => {
    const startsAt = Temporal.Instant.from('2026-12-01T01:00:00Z').add({ hours: 24 * day });
    const about = { topic: '', lecturer: undefined, place: undefined, state: 'planned' as const, sequence: 0 };
    return { id: `s${day}`, classId: 'c', startsAt, endsAt: startsAt.add({ hours: 3 }), ...about };
  };
  const sessions = [0, 1, 2, 3, 4].map((day) => session(day));
  const mark = (day: number, enrolmentId: number, checked: 'present' | 'late' | 'absent') => ({
    sessionId: `s${day}`,
    enrolmentId,
    answer: undefined,
    reason: undefined,
    checked,
  });
  const after = Temporal.Instant.from('2026-12-10T00:00:00Z');

  test('80 % is enough, and late is there', () => {
    const attendance = sessions.flatMap((_, day) => [
      mark(day, 1, day === 0 ? 'absent' : 'late'),
      mark(day, 2, day < 2 ? 'absent' : 'present'),
    ]);
    const report = classReport(sessions, [enrolment(1), enrolment(2)], attendance, after);
    expect(report.people.map(({ share }) => share)).toEqual([0.8, 0.6]);
    expect(report.below.map((one) => one.enrolment.id)).toEqual([2]);
  });

  test('a session that nobody recorded, is not over, or is of somebody who left costs nobody anything', () => {
    const attendance = [mark(0, 1, 'present'), mark(1, 9, 'present'), mark(4, 2, 'present')];
    const before = Temporal.Instant.from('2026-12-05T02:00:00Z');
    const report = classReport(sessions, [enrolment(1), enrolment(2)], attendance, before);
    expect(report.held).toBe(1);
    expect(report.people.map(({ share }) => share)).toEqual([1, 0]);
    expect(classReport(sessions, [enrolment(1)], [], after)).toMatchObject({ held: 0, below: [] });
  });

  test('a share is never rounded up to the rule', () => {
    expect([percent(0.7999), percent(0.8), percent(2 / 3), percent(1)]).toEqual(['79,9 %', '80 %', '66,6 %', '100 %']);
  });

  test('a result that is written twice is a mistake', () => {
    const { plan, mistakes } = planResults(
      readResultLines('Người 1 | giỏi\n\nNguoi 1 | khá\nNgười 2 | Chi bộ | loại XS'),
      [enrolment(1), enrolment(2)],
      [],
    );
    expect(mistakes).toEqual([
      { row: 3, column: 'Họ và tên', text: '"Nguoi 1" đã có ở hàng 1; bỏ một trong hai hàng.' },
    ]);
    expect(plan.changed.at(-1)).toEqual({ enrolmentId: 2, result: 'xuất sắc' });
  });
});
