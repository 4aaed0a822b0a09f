import { createLogger, type Logger } from '../../src/log.ts';
import { look } from './leaks.ts';

/** Logs everything, shown nowhere but to `write`. It knows no secrets to take out: none should come as far as the log. */
export function watchedLog(write?: (line: string) => void): Logger {
  return createLogger('trace', [], {
    write(line: string) {
      look('log', line);
      write?.(line);
    },
  });
}
