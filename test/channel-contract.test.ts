import { describe, expect, test } from 'vitest';
import { startApp, type App } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { openDatabase } from '../src/store/database.ts';
import { startFakeTelegram } from './fakes/telegram.ts';
import { startFakeZalo, zaloEvent } from './fakes/zalo.ts';
import { watchedLog } from './support/log.ts';
import { chat, temporaryFolder, type ChatBody } from './support/process.ts';

/** What a person can do on every platform, and what they then read. */
interface Person {
  say(text: string): Promise<string>;
  /** Picks what the newest message with such a choice offers: presses it, or types its number. */
  pick(label: string): Promise<string>;
  /** Sends a picture; undefined where the platform has no way to. */
  picture: (() => Promise<string>) | undefined;
}

interface Platform {
  env: Record<string, string>;
  person(app: App, number: number): Person;
  close(): Promise<void>;
}

const PLATFORMS: Record<'telegram' | 'zalo' | 'web', () => Promise<Platform>> = {
  async telegram() {
    const fake = await startFakeTelegram();
    return {
      env: { ...fake.env, ADMINS: 'telegram:9' },
      close: () => fake.close(),
      person(_app, number) {
        const next = async (): Promise<string> => (await fake.nextMessage(number)).text;
        return {
          say(text) {
            fake.say(number, text);
            return next();
          },
          pick(label) {
            fake.press(number, label);
            return next();
          },
          picture() {
            const chatAndPerson = { chat: { id: number, type: 'private' }, from: { id: number, is_bot: false } };
            fake.push({ message: { message_id: 1, date: 1, ...chatAndPerson, photo: [] } });
            return next();
          },
        };
      },
    };
  },
  async zalo() {
    const fake = await startFakeZalo();
    return {
      env: { ...fake.env, ADMINS: 'zalo:9' },
      close: () => fake.close(),
      person(_app, number) {
        const id = String(number);
        const next = async (): Promise<string> => (await fake.nextMessage(id)).text;
        return {
          say(text) {
            fake.say(id, text);
            return next();
          },
          pick(label) {
            fake.pick(id, label);
            return next();
          },
          picture() {
            fake.push(zaloEvent('message.image.received', id, { message_id: `picture-${id}`, photo_url: 'x' }));
            return next();
          },
        };
      },
    };
  },
  web: () =>
    Promise.resolve({
      env: { WEB_CHAT: 'on', ADMINS: 'web:9' },
      close: () => Promise.resolve(),
      person(app, number) {
        const user = String(number);
        const offered: ChatBody['replies'][number]['choices'] = [];
        const send = async (message: object): Promise<string> => {
          const { body } = await chat(app.url, { user, ...message });
          offered.unshift(...body.replies.flatMap(({ choices }) => choices));
          return body.replies.map(({ markdown }) => markdown).join('\n');
        };
        return {
          say: (text) => send({ text }),
          pick: (label) => send({ choice: offered.find((choice) => choice.label.includes(label))?.id }),
          picture: undefined,
        };
      },
    }),
};

async function converse(platform: Platform, app: App): Promise<void> {
  const [lan, hoa, officer] = [7, 8, 9].map((number) => platform.person(app, number)) as [Person, Person, Person];
  expect(await lan.say('/start')).toContain('trợ lý tự động');
  expect(await lan.pick('Kết nạp đảng viên')).toContain('trang 1/');
  expect(await lan.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
  expect(await lan.pick('Đúng ý')).toContain('Cảm ơn');
  expect(await hoa.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
  expect(await hoa.pick('Kết nạp người trên 60 tuổi')).toContain('60 tuổi');
  expect(await hoa.say('/khongcolenhnay')).toContain('không có lệnh này');
  expect(await hoa.say('🙏')).toContain('bằng chữ');
  expect(await hoa.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
  expect(await hoa.pick('Chưa đúng')).toContain('ghi lại');
  if (hoa.picture) expect(await hoa.picture()).toContain('chưa xem được ảnh');
  expect(await hoa.say('/cauhoi')).toContain('không có lệnh này');
  expect(await officer.say('/cauhoi')).toContain('tuổi kết nạp đv');
}

describe.each(Object.entries(PLATFORMS))('a conversation on %s', (name, createPlatform) => {
  test('goes the same way and leaves the same state', async () => {
    using folder = temporaryFolder();
    const platform = await createPlatform();
    const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
    const config = readConfig({ PORT: '0', DATABASE_URL, RATE_LIMIT: 'off', ...platform.env });
    const app = await startApp(config, watchedLog());
    try {
      await converse(platform, app);
    } finally {
      await app.stop();
      await platform.close();
    }

    const db = await openDatabase(DATABASE_URL);
    const accounts = await db.selectFrom('accounts').select(['channel', 'chat_id']).orderBy('chat_id').execute();
    expect(accounts).toEqual(['7', '8', '9'].map((chat_id) => ({ channel: name, chat_id })));
    const questions = await db.selectFrom('questions').select(['text', 'outcome', 'entry_id', 'feedback']).execute();
    const age = { text: 'tuổi kết nạp đv', outcome: 'answer', entry_id: 'ket-nap/do-tuoi-vao-dang' };
    expect(questions).toHaveLength(3);
    expect(new Set(questions)).toEqual(
      new Set([
        { ...age, feedback: 'right' },
        { ...age, feedback: null },
        { ...age, feedback: 'wrong' },
      ]),
    );
    const unfinished = await db.selectFrom('inbox').select('update_id').where('message', 'is not', null).execute();
    expect(unfinished).toEqual([]);
    await db.destroy();
  });
});
