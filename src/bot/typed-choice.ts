import { fold, words } from '../search/fold.ts';
import type { Choice } from './channel.ts';

/** Folded, as they are spoken: the place is the number. */
const SPOKEN_NUMBERS = ['', 'mot', 'hai', 'ba', 'bon', 'nam', 'sau', 'bay', 'tam', 'chin', 'muoi'];
const PICK = new RegExp(
  `^(?:chon )?(?:so |cau |muc |cau so |muc so )?(\\d{1,2}|${SPOKEN_NUMBERS.slice(1).join('|')})$`,
);
/** A line as it was listed. With a digit right behind the mark it is a number of its own: "1.5 năm". */
const LISTED_LINE = /^\s*(\d{1,2})\s*[.):](?!\d)(.+)$/s;

/**
 * Which of the listed choices a typed text means: "2", "số 2", "2.", "hai", the words of its label, or a copy of its
 * line or of the line's start ("2. Kỷ luật"). A text that says more than the line is none.
 */
export function typedChoice(text: string, choices: readonly Choice[]): Choice | undefined {
  if (text.trimStart().startsWith('/')) return undefined;
  const spoken = plainWords(text);
  if (spoken === '') return undefined;
  const byLabel = choices.find(({ label }) => plainWords(label) === spoken);
  if (byLabel) return byLabel;
  const number = PICK.exec(spoken)?.[1];
  if (number === undefined) return copiedLine(text, choices);
  return choices[(/^\d/.test(number) ? Number(number) : SPOKEN_NUMBERS.indexOf(number)) - 1];
}

function copiedLine(text: string, choices: readonly Choice[]): Choice | undefined {
  const [, number, start = ''] = LISTED_LINE.exec(text) ?? [];
  const choice = choices[Number(number) - 1];
  return choice && plainWords(choice.label).startsWith(plainWords(start)) ? choice : undefined;
}

/** What asks for the rest of a long message. */
export function asksForMore(text: string): boolean {
  return /^(?:(?:xem|doc) )?tiep(?: tuc| theo)?$/.test(plainWords(text));
}

function plainWords(text: string): string {
  return words(fold(text)).join(' ');
}
