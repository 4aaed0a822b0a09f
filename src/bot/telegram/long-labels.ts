import type { Choice } from '../channel.ts';

/** Phones show about so much of a button before they cut it; longer labels are also written out in the message. */
const SHORT_LABEL = 30;

/** The choices that are numbered in the text, in their order. */
export function longOnes(choices: readonly Choice[]): Choice[] {
  return choices.filter(isLong);
}

export function isLong({ label }: Choice): boolean {
  return label.length > SHORT_LABEL;
}
