import { systemClock } from '../clock.ts';
import { ConfigError, readConfig, type AccountRef, type ChannelName } from '../config.ts';
import { examine } from '../doctor/examine.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';

/*
 * `npm run doctor` says what is wrong with this installation and how to mend it; exit status 1 when something is.
 * `-- --thu` also sends a message to each of ADMINS, `-- zalo:<id>` to one account. Secrets are never printed.
 */
const USAGE =
  'Cách dùng: npm run doctor\nThêm -- --thu để gửi tin thử tới mọi người trong ADMINS, hoặc -- zalo:<mã> để gửi tới một người.';
const { values, positionals } = readArguments(USAGE, { thu: { type: 'boolean' } });
try {
  const config = readConfig(process.env);
  const recipients = [...(values.thu ? config.ADMINS : []), ...positionals.map(accountOf)];
  const well = await examine(config, systemClock, { recipients, print: (line) => console.log(line) });
  console.log(well ? 'Không có gì phải sửa ngay.' : 'Sửa các dòng ✗ rồi chạy lại: npm run doctor');
  process.exitCode = well ? 0 : 1;
} catch (error) {
  if (error instanceof ConfigError) {
    for (const line of error.lines) console.log(`✗ ${line}`);
    process.exitCode = 1;
  } else process.exitCode = await explain(error);
}

/** "zalo:7a1b" */
function accountOf(text: string): AccountRef {
  const [, channel, userId] = /^(telegram|zalo|web):(.+)$/.exec(text) ?? [];
  if (channel === undefined || userId === undefined) {
    throw new ConfigError([`"${text}" không phải tài khoản; viết như telegram:12345 hoặc zalo:7a1b2c3d4e5f.`]);
  }
  return { channel: channel as ChannelName, userId };
}
