import { pino, type DestinationStream, type Logger } from 'pino';

export type { Logger };

/**
 * A JSON logger that cannot give away secrets or what people write.
 *
 * Every line is searched for the secrets before it is written. Of an error only what cannot quote a message is kept:
 * its class, code, and where it happened; error texts of libraries repeat their input.
 */
export function createLogger(level: string, secrets: readonly string[], destination?: DestinationStream): Logger {
  const needles = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: { streamWrite: (line) => needles.reduce((text, needle) => text.replaceAll(needle, '[secret]'), line) },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** Errors whose text is written by us or by the operating system, never from a message. */
interface Describable {
  logText?: string;
}

function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, syscall } = error as NodeJS.ErrnoException;
  const { logText } = error as Describable;
  const system = syscall !== undefined || code === 'ERR_SQLITE_ERROR';
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(logText === undefined && !system ? {} : { text: logText ?? error.message }),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}
