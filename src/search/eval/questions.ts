import { readFileSync } from 'node:fs';
import { z } from 'zod';

const questionSchema = z.strictObject({
  text: z.string().min(1),
  /** The entry that answers it; null: none does. */
  entry: z.string().nullable(),
  /** Other entries that answer it, too. */
  also: z.array(z.string()).default([]),
  /** How it was put: letter, chat, case; of those that no entry answers, what they are about. */
  style: z.string(),
});

export type EvalQuestion = z.infer<typeof questionSchema>;

/** Of party work, in the handbook's own words, and yet no entry says it: the hardest to tell from what it answers. */
export const NEAR = 'near';

/** Reads one half of the question sets; one JSON object a line. */
export function readQuestions(file: string): EvalQuestion[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => questionSchema.parse(JSON.parse(line)));
}
