import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Waits for two full minutes of the clock on any machine, and would begin late, since its file is small; the rest runs beside it. */
const LONGEST = 'test/reminders/app.test.ts';

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification): boolean => moduleId.endsWith(LONGEST);
    // oxlint-disable-next-line unicorn/no-array-sort -- vitest's own method, which returns a promise
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => Number(isLongest(b)) - Number(isLongest(a)));
  }
}

export default defineConfig({
  test: {
    // Most of the long tests wait for processes: more than the two cores of the smallest machine.
    maxWorkers: 4,
    // No module holds state of its own; loading the program anew for each of a hundred files would be a third of the run.
    isolate: false,
    setupFiles: ['test/support/watch-for-leaks.ts', 'test/support/end-processes.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: 'main', include: ['test/**/*.test.ts'], exclude: ['test/browser/**'] } },
      { extends: true, test: { name: 'browser', include: ['test/browser/**/*.test.ts'] } },
    ],
  },
});
