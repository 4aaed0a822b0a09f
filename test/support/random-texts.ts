import fc from 'fast-check';
import type { Entry } from '../../src/handbook/entry.ts';
import { seeded, TYPINGS } from '../../src/search/eval/typing.ts';

/** Longest text that somebody may send us: well beyond what the platforms let through. */
const LONGEST = 10_000;

/** Any UTF-16 unit, so that halves of pairs stand alone. */
const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
/** What the search treats in its own way: marks that stand alone, look-alikes, invisible signs, signs of numbers. */
const special = fc.constantFrom(
  ...Array.from(
    '\u0300\u0301\u0302\u0309\u031B\u0323\u200B\u00AD\uFEFF\u2013ðɖĐđ٣３²½-/.,;:?!"\'()[]{}<>&%$#@*_~`^|\\\u0000\t\n\r 😀',
  ),
);
const number = fc
  .tuple(
    fc.constantFrom('qđ', 'QĐ', 'qd', 'quy định số', 'hd', 'hướng dẫn', 'nq', 'mẫu', 'điều', 'khoản', ''),
    fc.integer({ min: 0, max: 1e21 }),
    fc.constantFrom('-QĐ/TW', '/TW', '-hd/btctw', ' năm 2025', '-KNĐ', '/', '-'),
  )
  .map(([kind, count, rest]) => `${kind} ${count}${rest}`);
/** What is no Vietnamese but looks as if: letters of syllables in any order, keys of Telex and VNI behind them. */
const residue = fc.string({
  unit: fc.constantFrom(...Array.from('aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz123456789')),
  maxLength: 12,
});

/**
 * `count` texts that nobody would think of, the same ones for a seed: any UTF-16, up to 10,000 units of it, and words of
 * the handbook between keyboard residue, digits, signs and numbers of documents.
 */
export function randomTexts(entries: readonly Entry[], count: number, seed: number): string[] {
  const asked = entries.flatMap(({ question, phrasings }) => [question, ...phrasings]);
  const random = seeded(seed);
  const typed = fc
    .tuple(fc.constantFrom(...asked), fc.constantFrom(...Object.values(TYPINGS)))
    .map(([text, type]) => type(text, random));
  const words = fc.constantFrom(...new Set(asked.flatMap((text) => text.split(' '))));
  const mixed = fc
    .tuple(
      fc.array(fc.oneof({ weight: 4, arbitrary: words }, residue, special, number, unit), {
        maxLength: 12,
        size: 'max',
      }),
      fc.constantFrom(' ', ' ', '', '-', '\u00A0'),
    )
    .map(([parts, between]) => parts.join(between));
  const repeated = fc
    .tuple(fc.oneof(words, residue, special, number, unit), fc.integer({ min: 2, max: LONGEST }))
    .map(([part, times]) => part.repeat(times).slice(0, LONGEST));
  const sentences = fc.array(words, { minLength: 100, maxLength: 400, size: 'max' }).map((parts) => parts.join(' '));
  // Most are short: what takes longest is rare here as it is in life, and 20,000 are asked within a test.
  const any = fc.oneof(
    { weight: 300, arbitrary: fc.string({ unit, maxLength: 20, size: 'max' }) },
    { weight: 100, arbitrary: fc.string({ unit: fc.oneof(special, unit), maxLength: 20, size: 'max' }) },
    { weight: 20, arbitrary: mixed },
    { weight: 12, arbitrary: typed },
    { weight: 1, arbitrary: fc.string({ unit, minLength: 1000, maxLength: LONGEST, size: 'max' }) },
    { weight: 1, arbitrary: repeated },
    { weight: 1, arbitrary: sentences },
  );
  return fc.sample(any, { numRuns: count, seed });
}
