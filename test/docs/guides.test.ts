import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fold, words } from '../../src/search/fold.ts';
import { readExamples, type Example } from './example.ts';
import { openStage, type Stage } from './stage.ts';

/** A command, as it stands in a text; not a part of an address or of a path. */
const NAMED_COMMAND = /(?<![\w/.:)-])\/([a-z]+)(?![\w/.])/g;

describe.each([
  ['docs/huong-dan-su-dung.md', 'everyone'],
  ['docs/huong-dan-quan-tri.md', 'officer'],
] as const)('%s', (file, audience) => {
  const markdown = readFileSync(file, 'utf8');
  let examples: Example[];
  let stage: Stage;
  beforeAll(async () => {
    examples = readExamples(markdown);
    stage = await openStage();
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  test('every example comes out as it is written', async () => {
    const wrong: string[] = [];
    for (const example of examples) wrong.push(...(await stage.play(example)));
    expect(wrong.map((what) => `${file}, ${what}`).join('\n\n')).toBe('');
  });

  test('every command has an example', () => {
    const typed = examples
      .filter(({ shown }) => shown)
      .flatMap(({ steps }) => steps.flatMap((step) => (step.kind === 'say' ? [step.text] : [])));
    const isTyped = (name: string, phrases: readonly string[]): boolean =>
      typed.some((text) => {
        const spoken = words(fold(text)).join(' ');
        return text.split(/\s/)[0] === `/${name}` || phrases.some((one) => `${spoken} `.startsWith(`${one} `));
      });
    const missing = stage.bot.commands.filter((one) => one.audience === audience && !isTyped(one.name, one.words));
    expect(missing.map(({ name }) => `/${name}`)).toEqual([]);
  });

  test('every command that is named exists', () => {
    const names = new Set(stage.bot.commands.map(({ name }) => name));
    const named = [...markdown.matchAll(NAMED_COMMAND)].map(([, name = '']) => name);
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });
});
