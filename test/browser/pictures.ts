import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startApp, type App } from '../../src/app.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/log.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { temporaryFolder } from '../support/process.ts';
import { telegramChat, zaloChat } from './chats.ts';
import { launchChromium } from './chromium.ts';
import { drawChat } from './phone.ts';
import { smallPng } from './small-png.ts';

/*
 * npm run docs:pictures: the pictures of the guides and the README, of what the bot says today. It talks to the fakes of
 * both platforms, and what it sends them is drawn.
 */

const FOLDER = 'docs/images';
const [OFFICER, ON_TELEGRAM, ON_ZALO] = [1, 2, 'z3'] as const;
const CLASS = `/lophoc moi
Mã: BD-2026-01
Tên: Bồi dưỡng nghiệp vụ công tác đảng cho bí thư chi bộ
Địa điểm: Hội trường A, số 1 đường B
Buổi: 01/12/2026 08:00-11:30 | Công tác tổ chức xây dựng Đảng | Báo cáo viên 1
Buổi: 02/12/2026 08:00-11:30 | Thảo luận: kết nạp đảng viên | Báo cáo viên 2 | Phòng 203`;
const ANNOUNCEMENT = '/thongbao Mời các đồng chí học viên mang theo **Điều lệ Đảng** khi đến lớp.';
const QUESTION = 'tuoi ket nap dv';
/** Text, since it runs in the page: what shows of the greeting, in CSS pixels. */
const ABOVE_QUESTION = `document.querySelector('.mine').getBoundingClientRect().top
  - document.querySelector('header').getBoundingClientRect().bottom - 12`;
const TO_THE_END = `document.querySelector('main').scrollTo({ top: 1e6, behavior: 'instant' })`;

/** A clock that goes on from there. */
function clockFrom(start: string): Clock {
  const began = performance.now();
  return {
    now: () => Temporal.Instant.from(start).add({ milliseconds: Math.floor(performance.now() - began) }),
  };
}

async function drawPlatforms(browser: Browser): Promise<void> {
  using folder = temporaryFolder();
  const [telegram, zalo] = [await startFakeTelegram(), await startFakeZalo()];
  const config = readConfig({
    ...telegram.env,
    ...zalo.env,
    PORT: '0',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
    ADMINS: `telegram:${OFFICER}`,
    QUIET_HOURS: '',
    RATE_LIMIT: 'off',
  });
  const startAt = (time: string): Promise<App> => startApp(config, createLogger('silent', []), clockFrom(time));
  const officer = telegramChat(telegram, OFFICER);
  const trainees = [
    { name: 'telegram', platform: 'Telegram', chat: telegramChat(telegram, ON_TELEGRAM) },
    { name: 'zalo', platform: 'Zalo', chat: zaloChat(zalo, ON_ZALO) },
  ];
  const draw = async (what: string): Promise<void> => {
    for (const { name, platform, chat } of trainees) {
      writeFileSync(path.join(FOLDER, `${name}-${what}.png`), await drawChat(browser, platform, chat.bubbles));
      chat.bubbles.length = 0;
    }
  };

  const first = await startAt('2026-11-30T03:00:00Z');
  for (const { chat } of trainees) await chat.say(QUESTION);
  await draw('hoi-dap');

  await officer.say(CLASS);
  await officer.pick('Nhập');
  for (const { chat } of trainees) {
    await chat.say('/dangky BD-2026-01');
    await chat.pick('Tôi đồng ý');
    await chat.say('Học viên Mẫu');
    await chat.say('Chi bộ Mẫu');
    chat.bubbles.length = 0;
  }
  await first.stop();

  // 19:30 of the day before: the first tick of a start comes at once.
  const second = await startAt('2026-11-30T12:30:00Z');
  for (const { chat } of trainees) {
    await chat.receive();
    await chat.pick('Tham dự');
  }
  await officer.say(ANNOUNCEMENT);
  await officer.pick('Lớp BD-2026-01');
  // First the message as it will look, then what is to be known about it.
  await officer.receive();
  await officer.pick('Gửi ngay');
  for (const { chat } of trainees) {
    await chat.receive();
    await chat.pick('Đã nhận');
  }
  await draw('nhac-lich-thong-bao');
  await second.stop();
  await telegram.close();
  await zalo.close();
}

async function drawWebChat(browser: Browser): Promise<void> {
  using folder = temporaryFolder();
  const config = readConfig({ PORT: '0', DATABASE_URL: `sqlite:${folder.path}/sotay.db` });
  const app = await startApp(config, createLogger('silent', []));
  const size = { width: 720, height: 1300 };
  const page = await browser.newPage({ viewport: size, deviceScaleFactor: 1.5, locale: 'vi-VN' });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(app.url);
  const field = page.getByRole('textbox', { name: 'Câu hỏi của đồng chí' });
  await field.fill(QUESTION);
  await field.press('Enter');
  await page.getByText('Căn cứ', { exact: true }).waitFor();
  await field.blur();
  // Only this question and its answer.
  const above: number = await page.evaluate(ABOVE_QUESTION);
  await page.setViewportSize({ ...size, height: Math.ceil(size.height - above) });
  await page.evaluate(TO_THE_END);
  writeFileSync(path.join(FOLDER, 'web-chat.png'), smallPng(await page.screenshot()));
  await page.close();
  await app.stop();
}

const browser = await launchChromium();
try {
  await drawWebChat(browser);
  await drawPlatforms(browser);
} finally {
  await browser.close();
}
