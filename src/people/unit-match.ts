import { cleanText } from '../search/clean.ts';
import { aligned, nearlySameSyllable, unitSyllables, withoutKind } from './unit-names.ts';

/** How many units are offered when it is not clear which was meant. */
const MOST_CANDIDATES = 6;
/** UTF-16 units; what is longer is no name. */
const LONGEST_TEXT = 400;

/** What matching needs to know of a unit. */
export interface NamedUnit {
  id: string;
  name: string;
  kind: string;
  parentId: string | undefined;
}

/**
 * Which unit a text means: `exact` (no need to ask), `candidates` (ask; `more`: there are others as likely, so ask
 * for the unit above as well), or `none`.
 */
export type UnitMatch<U extends NamedUnit> =
  | { kind: 'exact'; unit: U }
  | { kind: 'candidates'; units: U[]; more: boolean }
  | { kind: 'none' };

/**
 * Finds the unit that a text names: regardless of marks, capitals and abbreviations, in the name's word order, with or
 * without the units above it ("chi bo vp, dang uy xa A").
 *
 * @param units all units, so that those above are known
 * @param isWanted which of them may be found
 */
export function matchUnit<U extends NamedUnit>(
  text: string,
  units: readonly U[],
  isWanted: (unit: U) => boolean = () => true,
): UnitMatch<U> {
  const typed = unitSyllables(text.slice(0, LONGEST_TEXT));
  if (typed.length === 0) return { kind: 'none' };
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const plain = typed.filter((syllable, i) => !isConnecting(typed, syllable, i));
  const readings = plain.length < typed.length ? [typed, plain] : [typed];
  const syllables = new Map<string, string[]>();
  const syllablesOf = (unit: NamedUnit): string[] => {
    const known = syllables.get(unit.id) ?? unitSyllables(unit.name);
    syllables.set(unit.id, known);
    return known;
  };
  const written = units.filter(isWanted).map((unit) => ({ unit, ways: waysOfWriting(unit, byId, syllablesOf) }));
  const matching = (fits: (ways: string[][]) => boolean): U[] =>
    written.filter(({ ways }) => fits(ways)).map(({ unit }) => unit);

  const same = matching((ways) => ways.some((way) => readings.some((reading) => isSame(way, reading))));
  if (same.length > 0) return oneOf(preferMarks(same, text));
  const shortened = matching((ways) => ways.some((way) => readings.some((reading) => aligned(reading, way))));
  if (shortened.length > 0) return oneOf(shortened);

  const near = new Set(
    matching((ways) => ways.some((way) => readings.some((reading) => aligned(reading, way, nearlySameSyllable)))),
  );
  const named = readings.map((reading) => withoutKind(reading)).filter((rest) => rest.length > 0);
  for (const { unit, ways } of written) {
    const rests = ways.map((way) => withoutKind(way)).filter((rest) => rest.length > 0);
    if (rests.some((rest) => named.some((name) => aligned(name, rest, nearlySameSyllable)))) near.add(unit);
  }
  for (const { unit, ways } of written) {
    const own = withoutKind(ways[0] ?? []);
    if (named.some((name) => contains(own, name) || contains(name, own))) near.add(unit);
  }
  return near.size === 0 ? { kind: 'none' } : several([...near]);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((syllable, i) => syllable === other[i]);
}

function oneOf<U extends NamedUnit>(units: U[]): UnitMatch<U> {
  const [only] = units;
  return only && units.length === 1 ? { kind: 'exact', unit: only } : several(units);
}

function several<U extends NamedUnit>(units: U[]): UnitMatch<U> {
  return { kind: 'candidates', units: units.slice(0, MOST_CANDIDATES), more: units.length > MOST_CANDIDATES };
}

/** Among names that differ in their marks only ("Tân", "Tấn"): the one that was typed with its marks. */
function preferMarks<U extends NamedUnit>(units: U[], text: string): U[] {
  const exact = units.filter(({ name }) => marked(name) === marked(text));
  return exact.length > 0 ? exact : units;
}

function marked(text: string): string {
  return (cleanText(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(' ');
}

/** "chi bộ A thuộc đảng ủy B": the words between are no part of a name. */
function isConnecting(typed: readonly string[], syllable: string, i: number): boolean {
  return i > 0 && (syllable === 'thuoc' || (syllable === 'truc' && typed[i + 1] === 'thuoc'));
}

/** The name alone, then with the unit above, with each other above, and with all of them. */
function waysOfWriting(
  unit: NamedUnit,
  byId: ReadonlyMap<string, NamedUnit>,
  syllablesOf: (unit: NamedUnit) => string[],
): string[][] {
  const above: string[][] = [];
  for (let parent = byId.get(unit.parentId ?? ''); parent; parent = byId.get(parent.parentId ?? '')) {
    above.push(syllablesOf(parent));
  }
  const name = syllablesOf(unit);
  const kind = withoutKind(name) === name && unit.kind !== 'khác' ? unitSyllables(unit.kind) : [];
  return (kind.length > 0 ? [name, [...kind, ...name]] : [name]).flatMap((own) => [
    own,
    ...above.map((one) => [...own, ...one]),
    ...(above.length > 1 ? [[...own, ...above.flat()]] : []),
  ]);
}

/** Whether the syllables stand in a row in the longer ones; a number or letter alone says too little. */
function contains(long: readonly string[], short: readonly string[]): boolean {
  if (short.join('').length < 3) return false;
  return long.some((_, i) => short.every((syllable, k) => long[i + k] === syllable));
}
