import { z } from 'zod';

/** What of a message's formatting is read; apps turn a typed **word** into this before they send it. */
export const entitySchema = z.looseObject({ type: z.string(), offset: z.int(), length: z.int() });

const STARS: Readonly<Record<string, string>> = { bold: '**', italic: '*' };

/** The text with its bold and italic as stars, line by line; undefined: there is none. */
export function withStars(text: string, entities: readonly z.infer<typeof entitySchema>[] = []): string | undefined {
  const marks: { at: number; opens: boolean; stars: string }[] = [];
  for (const { type, offset, length } of entities) {
    const stars = STARS[type];
    if (stars === undefined) continue;
    for (const { index, 0: words } of text.slice(offset, offset + length).matchAll(/\S(?:.*\S)?/g)) {
      const start = offset + index;
      marks.push({ at: start, opens: true, stars }, { at: start + words.length, opens: false, stars });
    }
  }
  if (marks.length === 0) return undefined;
  // From the end on, so that places stay; what ends somewhere comes before what begins there.
  const fromEnd = marks.toSorted((a, b) => b.at - a.at || Number(b.opens) - Number(a.opens));
  return fromEnd.reduce((marked, { at, stars }) => marked.slice(0, at) + stars + marked.slice(at), text);
}
