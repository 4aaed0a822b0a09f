import { describe, expect, test } from 'vitest';
import { matchUnit, type NamedUnit } from '../../src/people/unit-match.ts';
import { kindOfName, marksAgree, readKind, unitKey } from '../../src/people/unit-names.ts';
import { fold } from '../../src/search/fold.ts';
import { randomNumbers } from '../support/random.ts';

const unit = (id: string, name: string, parentId?: string, kind = 'khác'): NamedUnit => ({ id, name, kind, parentId });

const UNITS = [
  unit('h', 'Đảng bộ huyện Yên Sơn'),
  unit('a', 'Đảng ủy xã A', 'h'),
  unit('b', 'Đảng ủy xã Bình Minh', 'h'),
  unit('vp', 'Chi bộ Văn phòng', 'a'),
  unit('t1', 'Chi bộ Thôn 1', 'a'),
  unit('t2', 'Chi bộ Thôn 2', 'a'),
  unit('bt1', 'Chi bộ Thôn 1', 'b'),
  unit('tan', 'Chi bộ thôn Tân', 'b'),
  unit('tấn', 'Chi bộ thôn Tấn', 'b'),
  unit('kt', 'Chi bộ Kinh tế tổng hợp', 'b'),
  unit('th', 'Trường Tiểu học Bình Minh', 'b', 'chi bộ'),
];

describe('a unit is found by its name', () => {
  test.each([
    ['Chi bộ Văn phòng', 'vp'],
    ['CB Văn phòng', 'vp'],
    ['chi bo vp', 'vp'],
    ['cbvp', 'vp'],
    ['CHI BỘ VĂN PHÒNG', 'vp'],
    ['cb van phong dang uy xa A', 'vp'],
    ['chi bộ Văn phòng, thuộc ĐU xã A', 'vp'],
    ['chi bộ văn phòng trực thuộc Đảng bộ huyện Yên Sơn', 'vp'],
    ['ĐU xã A', 'a'],
    ['đu x. A', 'a'],
    ['ĐB huyện Yên Sơn', 'h'],
    ['cb thôn 02', 't2'],
    ['chi bộ thôn số 2', 't2'],
    ['cb thôn 1 đu xã Bình Minh', 'bt1'],
    ['Chi bộ thôn Tấn', 'tấn'],
    ['cb kt tổng hợp', 'kt'],
    ['CB KTTH', 'kt'],
    ['chi bộ Trường TH Bình Minh', 'th'],
    ['trường tiểu học bình minh', 'th'],
    ['Chi bộ Văn phòng'.normalize('NFD'), 'vp'],
  ])('%s', (text, id) => {
    expect(matchUnit(text, UNITS)).toMatchObject({ kind: 'exact', unit: { id } });
  });

  test.each([
    ['chi bộ thôn 1', ['t1', 'bt1']],
    ['chi bo thon tan', ['tan', 'tấn']],
    ['văn phòng', ['vp']],
    ['đảng bộ xã A', ['a']],
    ['chi bo van phog', ['vp']],
    ['tôi ở chi bộ văn phòng ạ', ['vp']],
    ['kinh tế', ['kt']],
  ])('%s is asked about', (text, ids) => {
    const match = matchUnit(text, UNITS);
    expect(match.kind).toBe('candidates');
    expect(match.kind === 'candidates' && match.units.map(({ id }) => id)).toEqual(ids);
  });

  test.each(['', '???', 'chi bộ', 'chi bộ Công an', 'đảng ủy xã C', 'chi bộ thôn 7', '1'])('%s is none', (text) => {
    expect(matchUnit(text, UNITS)).toEqual({ kind: 'none' });
  });
});

test('names that mean the same have one key, and their kind is known', () => {
  expect(unitKey('CB số 03')).toBe(unitKey('Chi bộ 3'));
  expect(unitKey('ĐUBP Khối Đảng')).toBe('dang uy bo phan khoi dang');
  expect(kindOfName('CB Văn phòng')).toBe('chi bộ');
  expect(kindOfName('Đảng bộ bộ phận Khối Kinh tế')).toBe('đảng bộ bộ phận');
  expect(kindOfName('Trường Tiểu học')).toBe('khác');
  expect(readKind('CHI BỘ')).toBe('chi bộ');
  expect(readKind('đu')).toBe('đảng ủy');
  expect(readKind('công ty')).toBeUndefined();
  expect(marksAgree('Chi bộ An Lộc', 'chi bo an loc')).toBe(true);
  expect(marksAgree('Chi bộ An Lộc', 'CB An Lộc')).toBe(true);
  expect(marksAgree('Chi bộ An Lộc', 'Chi bộ Ân Lộc')).toBe(false);
});

/*
 * The oracle goes the other way: it writes each name in every way that people may, and a text means the units of
 * whose writings it is one.
 */
test('random trees: what is found is what a plain oracle finds', () => {
  const { seed, pick, number } = randomNumbers();
  const places = [
    'Văn phòng',
    'Vĩnh Phúc',
    'Thôn 1',
    'Thôn 12',
    'Kinh tế',
    'Kiểm tra',
    'Tân Lập',
    'Tấn Lập',
    'Hòa Bình',
  ];
  for (let round = 0; round < 60; round++) {
    const units: NamedUnit[] = [];
    for (let i = 0; i < 12; i++) {
      const parent = units.length > 0 && number(3) > 0 ? pick(units).id : undefined;
      units.push(unit(`u${i}`, `${pick(['Chi bộ', 'Đảng ủy', 'Đảng bộ'])} ${pick(places)}`, parent));
    }
    const meant = new Map<string, Set<string>>();
    for (const one of units) {
      for (const writing of writings(one.name)) {
        const ids = meant.get(writing) ?? new Set();
        meant.set(writing, ids.add(one.id));
      }
    }
    for (let i = 0; i < 40; i++) {
      const one = pick(units);
      const written = pick([...writings(one.name)]);
      const text = pick([written, written.toUpperCase(), written.replaceAll(' ', '  '), written.normalize('NFD')]);
      const match = matchUnit(text, units);
      // A name that is written out counts before one that it could shorten.
      const same = units.filter(({ name }) => plainly(name) === written);
      const expected = same.length > 0 ? same.map(({ id }) => id) : [...(meant.get(written) ?? [])];
      const found =
        match.kind === 'exact' ? [match.unit.id] : match.kind === 'candidates' ? match.units.map(({ id }) => id) : [];
      expect(found, `"${text}", seed ${seed}`).toEqual(expected.slice(0, 6));
      expect(match.kind, `"${text}", seed ${seed}`).toBe(expected.length === 1 ? 'exact' : 'candidates');
    }
  }
});

/** Without marks, and with every run of two or more syllables as its initials, or not. */
function writings(name: string): Set<string> {
  const syllables = plainly(name).split(' ');
  const from = (start: number): string[] => {
    if (start === syllables.length) return [''];
    const ways = from(start + 1).map((rest) => `${syllables[start]} ${rest}`);
    for (let end = start + 2; end <= syllables.length; end++) {
      const run = syllables.slice(start, end);
      // Digits are no part of an abbreviation that is written in one: "cbt1" is read "cbt 1".
      if (run.some((one) => /\d/.test(one))) break;
      ways.push(...from(end).map((rest) => `${run.map((one) => one[0]).join('')} ${rest}`));
    }
    return ways;
  };
  return new Set(from(0).map((way) => way.trim()));
}

function plainly(name: string): string {
  return fold(name);
}
