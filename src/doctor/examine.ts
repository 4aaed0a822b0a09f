import type { Clock } from '../clock.ts';
import type { AccountRef, Config } from '../config.ts';
import { dataChecks } from './data-checks.ts';
import { Advice, Finding, type Check } from './finding.ts';
import { machineChecks } from './machine-checks.ts';
import { runningChecks } from './running-checks.ts';
import { telegramChecks } from './telegram-checks.ts';
import { testMessage } from './test-message.ts';
import { zaloChecks } from './zalo-checks.ts';

export interface ExamineOptions {
  /** To whom a test message goes. */
  recipients: readonly AccountRef[];
  /** Gets one line a check. */
  print: (line: string) => void;
}

/**
 * Looks at everything that an operator can get wrong, changing nothing. ✓ well, ! works but should be otherwise, ✗ wrong.
 *
 * @returns false when something is wrong
 */
export async function examine(config: Config, clock: Clock, { recipients, print }: ExamineOptions): Promise<boolean> {
  const { TELEGRAM_BOT_TOKEN, ZALO_BOT_TOKEN } = config;
  const groups: Check[][] = [
    machineChecks(config, clock),
    dataChecks(config, clock),
    TELEGRAM_BOT_TOKEN === undefined ? [] : telegramChecks(config, TELEGRAM_BOT_TOKEN),
    ZALO_BOT_TOKEN === undefined ? [] : zaloChecks(config, ZALO_BOT_TOKEN),
    TELEGRAM_BOT_TOKEN === undefined && ZALO_BOT_TOKEN === undefined ? [NO_PLATFORM] : [],
    runningChecks(config),
    recipients.map((account) => testMessage(config, clock, account)),
  ];
  let well = true;
  for (const group of groups) {
    for (const check of group) {
      const ok = await look(check, print);
      well &&= ok;
      if (!ok && check.vital) break;
    }
  }
  return well;
}

const NO_PLATFORM: Check = {
  name: 'Telegram, Zalo',
  look() {
    throw new Advice(
      'chưa đặt TELEGRAM_BOT_TOKEN hay ZALO_BOT_TOKEN; bot chỉ có trang trò chuyện trên máy này. Cách lấy mã: docs/trien-khai.md',
    );
  },
};

async function look(check: Check, print: (line: string) => void): Promise<boolean> {
  try {
    print(`✓ ${check.name}: ${await check.look()}`);
    return true;
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    const fine = error instanceof Advice;
    print(`${fine ? '!' : '✗'} ${check.name}: ${error.message}`);
    return fine;
  }
}
