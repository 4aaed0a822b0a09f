import { expect, test } from 'vitest';
import { numberWithUnit, spelledNumbers } from '../../src/search/number-words.ts';

const digits = (text: string): string[] => spelledNumbers(text.split(' ')).map((one) => one.digits);

test('every number from 10 to 99 is read in words', () => {
  const units = ['', 'mot', 'hai', 'ba', 'bon', 'lam', 'sau', 'bay', 'tam', 'chin'];
  for (let number = 10; number < 100; number++) {
    const tens = number < 20 ? 'muoi' : `${units[Math.floor(number / 10)]?.replace('lam', 'nam')} muoi`;
    expect(digits(`tron ${tens} ${units[number % 10]} tuoi`.replace(/\s+/g, ' '))).toEqual([String(number)]);
  }
});

test('numbers stand where they stand, and other words are none', () => {
  expect(spelledNumbers('toi sau muoi ba tuoi'.split(' '))).toEqual([{ from: 1, to: 4, digits: '63' }]);
  expect(digits('nam chuc nguoi')).toEqual(['50']);
  expect(digits('hai muoi tu')).toEqual(['24']);
  expect(digits('mot chuc')).toEqual(['10']);
  expect(digits('nam nay ba toi')).toEqual([]);
});

test('units glued to a number', () => {
  expect(numberWithUnit('19t')).toEqual(['19', 'tuổi']);
  expect(numberWithUnit('72đ')).toEqual(['72', 'điểm']);
  expect(numberWithUnit('3knđ')).toBeUndefined();
  expect(numberWithUnit('2026')).toBeUndefined();
});
