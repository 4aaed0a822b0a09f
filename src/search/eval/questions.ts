import { readFileSync } from 'node:fs';
import { z } from 'zod';

const questionSchema = z.strictObject({
  text: z.string().min(1),
  /** The entry that answers it; null: out of scope. */
  entry: z.string().nullable(),
  /** How it was put: letter, chat, case; of those out of scope, what they are about. */
  style: z.string(),
});

export type EvalQuestion = z.infer<typeof questionSchema>;

/** Reads one half of the question sets; one JSON object a line. */
export function readQuestions(file: string): EvalQuestion[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => questionSchema.parse(JSON.parse(line)));
}
