/** Random numbers that can be had again: the seed is printed with what failed, and taken from TEST_SEED. */
export function randomNumbers(seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))): {
  seed: number;
  /** From 0 to below this. */
  number: (below: number) => number;
  pick: <T>(list: readonly T[]) => T;
} {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (below: number): number => Math.floor(next() * below);
  return {
    seed,
    number,
    pick(list) {
      const value = list[number(list.length)];
      if (value === undefined) throw new Error('nothing to pick from');
      return value;
    },
  };
}
