import { fold, words } from '../search/fold.ts';
import type { Command } from './feature.ts';

/** Finds the commands that a text means by their words, the longest words first. */
export function spokenCommands(
  commands: readonly Command[],
): (text: string) => { command: Command; argument: string }[] {
  const phrases = commands
    .flatMap((command) => command.words.map((phrase) => ({ command, phrase, start: `${phrase} ` })))
    .toSorted((a, b) => b.phrase.length - a.phrase.length);

  return (text) => {
    const spoken = words(fold(text)).join(' ');
    const ended = `${spoken} `;
    const begun = phrases.filter(({ start }) => ended.startsWith(start));
    return begun.flatMap(({ command, phrase }) => {
      const argument = spoken === phrase ? '' : afterWords(text, phrase.split(' ').length);
      if (spoken !== phrase && !command.argument?.test(argument)) return [];
      if (command.asTyped && !command.asTyped.test(text.normalize('NFC'))) return [];
      return [{ command, argument }];
    });
  };
}

/** What follows the first `count` words, as it was typed. */
function afterWords(text: string, count: number): string {
  return text.replace(new RegExp(`^(?:[^\\p{L}\\p{M}\\p{N}]*[\\p{L}\\p{M}\\p{N}]+){${count}}`, 'u'), '').trim();
}
