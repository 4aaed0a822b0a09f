import {
  EVENT_ALIAS,
  EVENT_MAPPING,
  EVENT_POP,
  EVENT_SCALAR,
  EVENT_SEQUENCE,
  load,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import { z } from 'zod';

/** What is wrong in a file that people edit: shown to them, so `text` is Vietnamese. */
export interface Mistake {
  file: string;
  /** Counted from 1. */
  line: number;
  text: string;
}

export type Checked<T> = { value: T; lineOf: (path: readonly PropertyKey[]) => number } | { mistakes: Mistake[] };

/**
 * Reads YAML and checks it against a schema, reporting every mistake with its own line.
 *
 * @param firstLine line of `source` within the file, for YAML that starts below the top
 */
export function readYaml<T>(source: string, schema: z.ZodType<T>, file: string, firstLine = 1): Checked<T> {
  let data: unknown;
  try {
    data = load(source);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const line = firstLine + (error.mark?.line ?? 0);
    const text = 'YAML không đọc được từ dòng này; kiểm tra thụt đầu dòng, dấu hai chấm, dấu nháy và trường bị lặp.';
    return { mistakes: [{ file, line, text }] };
  }
  const lineOf = (path: readonly PropertyKey[]): number => firstLine + lineAt(source, path);
  const result = schema.safeParse(data ?? {});
  if (result.success) return { value: result.data, lineOf };
  return {
    mistakes: result.error.issues.map((issue) => ({ file, line: lineOf(issue.path), text: describe(issue) })),
  };
}

function describe(issue: z.core.$ZodIssue): string {
  const where = issue.path
    .map((part, i) => (typeof part === 'number' ? `[${part + 1}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
  if (issue.code === 'unrecognized_keys') {
    return `${where ? `${where}: ` : ''}trường lạ ${issue.keys.map((key) => `"${key}"`).join(', ')}; sửa tên hoặc bỏ đi.`;
  }
  return where ? `${where}: ${issue.message}` : issue.message;
}

/** Lines above the value at `path`, or above its nearest parent that is there. */
function lineAt(source: string, path: readonly PropertyKey[]): number {
  const events = parseEvents(source, {});
  let at = 1; // 0 is the start of the document
  let offset = 0;

  /** Steps over the node at `at`. */
  const skip = (): void => {
    let depth = 0;
    do {
      const type = events[at++]?.type;
      if (type === EVENT_MAPPING || type === EVENT_SEQUENCE) depth++;
      if (type === EVENT_POP || type === undefined) depth--;
    } while (depth > 0);
  };

  const enter = (step: PropertyKey): boolean => {
    const container = events[at];
    if (container?.type === EVENT_SEQUENCE && typeof step === 'number') {
      at++;
      for (let i = 0; i < step && events[at]?.type !== EVENT_POP; i++) skip();
    } else if (container?.type === EVENT_MAPPING) {
      at++;
      for (; events[at]?.type !== EVENT_POP; skip()) {
        const key = events[at];
        at++;
        if (key?.type === EVENT_SCALAR && source.slice(key.valueStart, key.valueEnd) === step) {
          offset = key.valueStart;
          return true;
        }
      }
    }
    const event = events[at];
    if (event === undefined || event.type === EVENT_POP) return false;
    if (event.type === EVENT_SCALAR) offset = event.valueStart;
    else if (event.type === EVENT_MAPPING || event.type === EVENT_SEQUENCE) offset = event.start;
    return event.type !== EVENT_ALIAS;
  };

  for (const step of path) if (!enter(step)) break;
  return source.slice(0, offset).split('\n').length - 1;
}
