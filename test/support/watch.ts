/** Waiting for something to become so, without asking again and again. */
export interface Watch {
  /** To be called when anything has changed. */
  changed: () => void;
  /** Resolves with the first value of `check` that is not undefined, now or after a change. */
  until: <T>(check: () => T | undefined) => Promise<T>;
}

export function createWatch(): Watch {
  const watchers = new Set<() => void>();
  return {
    changed() {
      for (const watcher of watchers) watcher();
    },
    until: (check) =>
      new Promise((resolve) => {
        const look = (): void => {
          const value = check();
          if (value === undefined) return;
          watchers.delete(look);
          resolve(value);
        };
        watchers.add(look);
        look();
      }),
  };
}
