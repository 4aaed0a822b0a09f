import { startApp } from './app.ts';
import { ConfigError, readConfig, secretsOf, type Config } from './config.ts';
import { HandbookError } from './handbook/load.ts';
import { createLogger, type Logger } from './log.ts';
import { databaseCure } from './store/database.ts';

/** Exit statuses: 0 stopped as asked, 1 could not start or broke, 2 the environment or the handbook must be mended. */
export async function run(): Promise<void> {
  const config = configOrExit();
  const log = createLogger(config.LOG_LEVEL, secretsOf(config));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception');
    process.exit(1);
  });

  let stopping = false;
  const started = startApp(config, log);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ signal }, 'stopping');
      void started
        .then((app) => app.stop())
        .then(
          () => process.exit(0),
          () => process.exit(1),
        );
    });
  }
  try {
    await started;
  } catch (error) {
    explain(error, config, log);
  }
}

function configOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) console.error(line);
    process.exit(2);
  }
}

function explain(error: unknown, config: Config, log: Logger): never {
  if (error instanceof ConfigError) {
    for (const line of error.lines) console.error(line);
    process.exit(2);
  }
  if (error instanceof HandbookError) {
    for (const { file, line, text } of error.mistakes) console.error(`${file}:${line}: ${text}`);
    process.exit(2);
  }
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    console.error(
      `PORT: cổng ${config.PORT} đang có chương trình khác dùng; chọn cổng khác hoặc tắt chương trình kia.`,
    );
    process.exit(2);
  }
  const cure = databaseCure(error);
  if (cure !== undefined) {
    console.error(cure.text);
    process.exit(cure.lasting ? 2 : 1);
  }
  log.fatal({ err: error }, 'could not start');
  process.exit(1);
}
