import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../../src/search/clean.ts';
import { NONE } from '../../src/search/columns.ts';
import { createPairTable } from '../../src/search/pair-table.ts';
import { createWordTable, type WordTable } from '../../src/search/word-table.ts';

/** Vietnamese in both normal forms, look-alikes, marks that stand alone, other alphabets, emoji, lone surrogates. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...'Đảng đảng ĐẢNG hoà hòa Thủy kê\u0301t e\u0323\u0302 Ðảng ﬁ ß İ 24-QĐ/TW ２４ 中文 👩‍👧 \ud800 \u0301 \u00ad \u00a0 ½ ²'.split(
          ' ',
        ),
        ' ',
        '\n',
        '-',
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join('')),
);

const numbersOf = (table: WordTable, typed: string): number[] => {
  const count = table.read(typed);
  return [...table.numbers.subarray(0, count)];
};

test('the word table cuts texts as cleaning and matching do', () => {
  const table = createWordTable();
  fc.assert(
    fc.property(text, (typed) => {
      const plain = cleanText(typed).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
      expect(numbersOf(table, typed).map((number) => table.word(number))).toEqual(Array.from(plain));
    }),
    { numRuns: 3000 },
  );
});

test('the word table gives a word one number, and none to two words', () => {
  const table = createWordTable();
  const numbers = new Map<string, number>();
  for (let i = 0; i < 20_000; i++) numbers.set(`t${i}`, numbersOf(table, `T${i}`)[0] ?? -1);
  expect(new Set(numbers.values()).size).toBe(20_000);
  for (const [word, number] of numbers) expect(numbersOf(table, word)).toEqual([number]);
});

test('pairs are found as a map of maps finds them', () => {
  const small = fc.integer({ min: 0, max: 60 });
  fc.assert(
    fc.property(fc.array(fc.tuple(small, small, fc.boolean()), { maxLength: 20_000, size: 'max' }), (steps) => {
      const pairs = createPairTable();
      const plain = new Map<string, number>();
      for (const [first, second, grow] of steps) {
        const key = `${first} ${second}`;
        if (grow && !plain.has(key)) plain.set(key, plain.size);
        if (grow) pairs.set(first, second, plain.get(key) ?? 0);
        expect(pairs.get(first, second)).toBe(plain.get(key));
      }
    }),
    { numRuns: 20 },
  );
});

test('many pairs at once are numbered as one by one', () => {
  const small = fc.integer({ min: -2, max: 60 });
  fc.assert(
    fc.property(fc.array(fc.array(fc.tuple(small, small), { maxLength: 2000, size: 'max' })), (lists) => {
      const pairs = createPairTable(8);
      const plain = new Map<string, number>();
      for (const list of lists) {
        const [firsts, seconds] = [0, 1].map((side) => Int32Array.from(list, (pair) => pair[side as 0 | 1]));
        const numbers = new Int32Array(list.length);
        pairs.number(firsts ?? numbers, seconds ?? numbers, list.length, plain.size, numbers);
        const wanted = list.map(([first, second]) => {
          if (first < 0 || second < 0) return NONE;
          const known = plain.get(`${first} ${second}`) ?? plain.size;
          plain.set(`${first} ${second}`, known);
          return known;
        });
        expect([...numbers]).toEqual(wanted);
      }
      for (const [pair, number] of plain) {
        const [first = 0, second = 0] = pair.split(' ').map(Number);
        expect(pairs.get(first, second)).toBe(number);
      }
    }),
    { numRuns: 10 },
  );
});
