import { afterEach, expect, test } from 'vitest';
import { startFakeTelegram, type FakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo, type FakeZalo } from '../fakes/zalo.ts';
import { startBot, temporaryFolder, type RunningBot } from '../support/process.ts';

const ADMIN = 42;
const OFFICER = 7;
const STRANGER = 8;
const CODE = /MOI(?:-[0-9A-Z]{4}){3}/;

const open: {
  telegram?: FakeTelegram;
  zalo?: FakeZalo;
  bot?: RunningBot;
  folder?: ReturnType<typeof temporaryFolder>;
} = {};

afterEach(async () => {
  await open.bot?.end();
  await open.telegram?.close();
  await open.zalo?.close();
  open.folder?.[Symbol.dispose]();
  for (const key of Object.keys(open)) delete open[key as keyof typeof open];
});

test('in a started process: units, invites by code on both platforms, the new commands, and gone at once', async () => {
  const telegram = (open.telegram = await startFakeTelegram());
  const zalo = (open.zalo = await startFakeZalo());
  const folder = (open.folder = temporaryFolder());
  const polled = telegram.nextCall('getUpdates');
  open.bot = await startBot({
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    ZALO_BOT_TOKEN: zalo.token,
    ZALO_API_ROOT: zalo.root,
    ZALO_RATE: '100',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
    ADMINS: `telegram:${ADMIN}`,
  });
  await polled;
  const says = async (user: number, text: string): Promise<string> => {
    telegram.say(user, text);
    return (await telegram.nextMessage(user)).text;
  };
  const presses = async (user: number, label: string): Promise<string> => {
    telegram.press(user, label);
    return (await telegram.nextMessage(user)).text;
  };

  expect(await says(ADMIN, '/donvi thêm\nĐảng ủy xã A\nChi bộ Thôn 1 | ĐU xã A\nĐảng ủy xã B')).toContain('3 đơn vị');
  expect(await presses(ADMIN, 'Nhập')).toContain('Đã nhập 3 đơn vị');
  expect((await telegram.nextMessage(ADMIN)).buttons.map(({ text }) => text)).toContain('Đảng ủy xã A');

  async function invite(unit: string): Promise<{ code: string; link: string }> {
    await says(ADMIN, '/quantri');
    await presses(ADMIN, 'Mời');
    await presses(ADMIN, 'Cán bộ phụ trách');
    telegram.say(ADMIN, unit);
    const { text, photo } = await telegram.nextMessage(ADMIN);
    expect(text).toContain('Cán bộ phụ trách của Đảng ủy xã A');
    expect(
      Buffer.from((await photo?.bytes()) ?? [])
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    expect((await telegram.nextMessage(ADMIN)).text).toContain('chuyển tiếp');
    return { code: CODE.exec(text)?.[0] ?? '', link: /https:\S+/.exec(text)?.[0] ?? '' };
  }

  const first = await invite('dang uy xa a');
  expect(first.link).toBe(`https://t.me/SoTayBot?start=${first.code}`);
  expect(await says(OFFICER, `/start ${first.code}`)).toContain('Trước khi tôi ghi');
  expect(await presses(OFFICER, 'Tôi đồng ý')).toContain('họ và tên');
  expect(await says(OFFICER, 'Nguyễn Văn Thử')).toContain('đơn vị');
  const menu = telegram.nextCall('setMyCommands');
  expect(await says(OFFICER, 'CB thôn 1')).toContain('Từ nay đồng chí là Cán bộ phụ trách của Đảng ủy xã A');
  expect((await menu).params['scope']).toEqual({ type: 'chat', chat_id: OFFICER });

  expect(await says(OFFICER, '/donvi')).toContain('Đảng ủy xã A');
  expect(await says(OFFICER, '/donvi Đảng ủy xã B')).toContain('không thấy đơn vị');
  expect(await says(OFFICER, '/trogiup')).toContain('/donvi');
  expect(await says(STRANGER, '/donvi')).toContain('không có lệnh này');
  expect(await says(STRANGER, `/start ${first.code}`)).toContain('không dùng được');

  const second = await invite('ĐU xã A');
  const zaloSays = async (text: string): Promise<string> => {
    zalo.say('z1', text);
    return (await zalo.nextMessage('z1')).text;
  };
  expect(await zaloSays(second.code.toLowerCase())).toContain('1. Tôi đồng ý');
  expect(await zaloSays('1')).toContain('họ và tên');
  expect(await zaloSays('Trần Thị Thử')).toContain('đơn vị');
  expect(await zaloSays('Chi bộ Thôn 1')).toContain('Từ nay đồng chí là Cán bộ phụ trách');
  // One message a second to a chat: the rest of this conversation is in roles.test.ts.
  expect(await zaloSays('quản trị')).toContain('1. Mời');

  await says(ADMIN, '/quantri');
  await presses(ADMIN, 'Danh sách vai trò');
  await presses(ADMIN, 'Cán bộ phụ trách (2)');
  await presses(ADMIN, 'Nguyễn Văn Thử');
  expect(await presses(ADMIN, 'Thôi vai trò này')).toContain('chắc chứ');
  const gone = telegram.nextCall('deleteMyCommands');
  expect(await presses(ADMIN, 'Xác nhận thôi vai trò')).toContain('Đã thôi vai trò');
  expect((await gone).params['scope']).toEqual({ type: 'chat', chat_id: OFFICER });
  expect(await says(OFFICER, '/donvi')).toContain('không có lệnh này');
  expect(await says(OFFICER, '/trogiup')).not.toContain('/donvi');

  await says(ADMIN, '/quantri');
  const log = await presses(ADMIN, 'Nhật ký');
  expect(log).toContain('quản trị viên: thôi vai trò của Nguyễn Văn Thử: cán bộ phụ trách, Đảng ủy xã A');
  expect(log).toContain('Trần Thị Thử: nhận vai trò: cán bộ phụ trách, Đảng ủy xã A');
  expect(open.bot.output()).not.toMatch(/MOI-|Thử|Thôn/);
});
