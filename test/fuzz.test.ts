import fc from 'fast-check';
import { expect, test } from 'vitest';
import { person, privateMessage, startFakeTelegram } from './fakes/telegram.ts';
import { WEBHOOK_SECRET } from './support/canaries.ts';
import { startBot, temporaryFolder, webhookEnv } from './support/process.ts';

const COUNT = 3000;
/** Beyond the ids that the fake gives its own updates. */
const FIRST_ID = 1_000_000;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    '/start',
    '/hoi',
    '/hoi x',
    '/vanban 24',
    '/linhvuc',
    '/cauhoi',
    '',
    ' ',
    '\u0000',
    '/@',
    '/hoi@',
    '@SoTayBot',
  ),
  fc.constantFrom(
    'chi bộ họp một tháng mấy lần',
    "'; drop table inbox;--",
    '<b>',
    '{{7*7}}',
    '%s%n',
    '/caidat',
    '/dulieu',
    '/lienket',
    '/lienket 123456',
    '/huy',
    'dừng',
    'Tôi đồng ý',
    'Nguyễn Văn An',
    'im lặng đến 5/12',
    '😀'.repeat(3000),
  ),
);
const choice = fc.oneof(
  fc.constantFrom(
    'fields',
    'f',
    'f.',
    'f.x.1',
    'f.DGYmBCQhcO.-1',
    'f.DGYmBCQhcO.99',
    'e',
    'e.__proto__',
    'c..',
    'yes.',
    'no.x',
    'register.agree.x',
    'register.unit',
    'register.name',
    'set.ask.constructor',
    'set.ask.quiet',
    'set.where.__proto__',
    'set.stop',
    'data.constructor',
    'data.other',
    'data.edit.name',
    'data.erase.yes',
    'request.done.x',
  ),
  fc.string({ unit: 'binary', maxLength: 70 }),
);
const anyone = fc.integer({ min: 1, max: 20 });
const content = fc.oneof(
  fc.record({ text }),
  fc.constantFrom({ photo: [] }, { voice: {} }, { sticker: null }, { new_chat_title: 'x' }, {}),
);
const update = fc.oneof(
  fc.tuple(anyone, content).map(([id, part]) => ({ message: { ...privateMessage(id, 1), ...part } })),
  fc.tuple(anyone, content).map(([id, part]) => ({ edited_message: { ...privateMessage(id, 1), ...part } })),
  fc.tuple(anyone, anyone, choice).map(([id, owner, data]) => ({
    callback_query: { id: '1', from: person(id), chat_instance: '1', data, message: privateMessage(owner, 1) },
  })),
  fc.tuple(anyone, text).map(([id, said]) => ({
    message: { ...privateMessage(id, 1), chat: { id: -id, type: 'group', title: 'x' }, text: said },
  })),
  fc.tuple(anyone, fc.constantFrom('member', 'kicked', 'left', '')).map(([id, status]) => ({
    my_chat_member: { chat: { id, type: 'private' }, from: person(id), date: 1, new_chat_member: { status } },
  })),
  fc.dictionary(fc.constantFrom('message', 'callback_query', 'poll', 'my_chat_member'), fc.jsonValue()),
);

test(`${COUNT} random updates leave the process healthy`, { timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const bot = await startBot({
    ...webhookEnv(),
    ...telegram.env,
    // Thousands of answers would take minutes at Telegram's pace.
    TELEGRAM_RATE: '999',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  await expect.poll(() => bot.output()).toContain('Telegram is ready');
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const updates = fc.sample(update, { numRuns: COUNT, seed });
  const post = async (body: unknown): Promise<number> =>
    (
      await fetch(`${bot.url}/telegram/webhook`, {
        method: 'POST',
        headers: { 'X-Telegram-Bot-Api-Secret-Token': WEBHOOK_SECRET },
        body: JSON.stringify(body),
      })
    ).status;
  for (let at = 0; at < COUNT; at += 50) {
    const batch = updates.slice(at, at + 50).map((one, i) => post({ update_id: FIRST_ID + at + i, ...one }));
    for (const status of await Promise.all(batch)) expect(status).toBe(200);
  }
  telegram.say(99, 'tuổi kết nạp đv');
  expect((await telegram.nextMessage(99)).text).toContain('Từ đủ 18 tuổi');
  expect((await fetch(`${bot.url}/health`)).status).toBe(200);
  expect(bot.output()).not.toMatch(/handler failed|uncaught|unhandled|request failed|"failure":"rejected"/);
  expect(await bot.end()).toBe(0);
  const refused = telegram.sent.filter(({ text: said }) => /error|exception|undefined|\[object/i.test(said));
  expect(refused).toEqual([]);
  await telegram.close();
});
