import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { FEATURES } from './features.ts';

/** What tells a right answer from a wrong or foreign one; see `confidence.ts`. */
export const SIGNALS = [
  'score',
  'margin',
  'share',
  'closest',
  'pairs',
  'syllables',
  'exact',
  'unknown',
  'foreign',
  'domain',
  'length',
  'about',
  'second',
  'matched',
  'kind',
  'rarest',
  'canonical',
  'contained',
  'near',
  'core',
  'lead',
  'missed',
  'missedToo',
  'outside',
] as const;

/** Every name has a number. An object of so many keys would be compiled before it is read once, five milliseconds. */
const weights = <Name extends string>(names: readonly Name[]) => z.record(z.enum(names), z.number());

const modelSchema = z.object({
  ranking: weights(FEATURES),
  /** Of a logistic regression on whether the best candidate is right. */
  confidence: weights(['bias', ...SIGNALS]),
  /** The same on whether the question is the handbook's at all. */
  scope: weights(['bias', ...SIGNALS]),
  /** From this confidence and this scope on the answer is given; otherwise, from this scope on, a choice of three. */
  answer: z.number(),
  within: z.number(),
  choose: z.number(),
});

/** Fitted numbers: written by `npm run search:fit`, never by hand. */
export type Model = z.infer<typeof modelSchema>;

export function readModel(): Model {
  return modelSchema.parse(JSON.parse(readFileSync(new URL('model.json', import.meta.url), 'utf8')));
}
