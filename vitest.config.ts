import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Most of the long tests wait for processes: more than the two cores of the smallest machine.
    maxWorkers: 4,
    // No module holds state of its own; loading the program anew for each of a hundred files would be a third of the run.
    isolate: false,
    setupFiles: ['test/support/watch-for-leaks.ts', 'test/support/end-processes.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'main', include: ['test/**/*.test.ts'], exclude: ['test/browser/**'] } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
});
