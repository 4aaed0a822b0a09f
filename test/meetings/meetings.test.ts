import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { createMeetingDuties } from '../../src/meetings/plan-duties.ts';
import { createReminderTick } from '../../src/reminders/tick.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { watchedLog } from '../support/log.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const SECRETARY: AccountRef = { channel: 'telegram', userId: '11' };
const OTHER: AccountRef = { channel: 'telegram', userId: '12' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '13' };
const STRANGER: AccountRef = { channel: 'telegram', userId: '14' };

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits([
    'Đảng ủy xã An Bình',
    'Chi bộ Thôn Đông | Đảng ủy xã An Bình',
    'Chi bộ Thôn Tây | Đảng ủy xã An Bình',
  ]);
  const [above, east, west] = ['Đảng ủy xã An Bình', 'Chi bộ Thôn Đông', 'Chi bộ Thôn Tây'].map((name) =>
    units.get(name),
  );
  await bot.addPerson(SECRETARY, 'Nguyễn Văn Một', { role: 'secretary', unitId: east }, east);
  await bot.addPerson(OTHER, 'Trần Thị Hai', { role: 'secretary', unitId: west }, west);
  await bot.addPerson(OFFICER, 'Lê Văn Ba', { role: 'officer', unitId: above }, above);
});
afterEach(() => bot.db.destroy());

const TIME_ZONE = 'Asia/Ho_Chi_Minh';

function createTick() {
  const holidays = loadHolidays();
  const channels = () => ['telegram'] as const;
  return createReminderTick({
    db: bot.db,
    clock: bot.clock,
    timeZone: TIME_ZONE,
    quietHours: undefined,
    outbox: createOutboxStore(bot.db, bot.clock),
    channels,
    admins: [],
    others: [createMeetingDuties({ timeZone: TIME_ZONE, quietHours: undefined, holidays, channels })],
    log: watchedLog(),
  });
}

/** What is planned until then, with when; everything goes out at once. */
async function passUntil(end: string, step: Temporal.DurationLike = { hours: 1 }): Promise<[string, string, string][]> {
  const tick = createTick();
  while (Temporal.Instant.compare(bot.clock.now(), Temporal.Instant.from(end)) <= 0) {
    await tick.run();
    bot.clock.advance(step);
  }
  const rows = await bot.db
    .selectFrom('outbox')
    .select(['chat_id', 'due_at', 'markdown', 'choices'])
    .where('state', '=', 'due')
    .where('key', 'like', 'reminder:%')
    .orderBy('due_at')
    .orderBy('chat_id')
    .execute();
  return rows.map((row) => [row.chat_id, row.due_at, row.markdown ?? '']);
}

test('a secretary records by one line, and is reminded of what is to be done around each meeting', async () => {
  const preview = await bot.say(SECRETARY, '/hop ngày 5 hằng tháng 19:30, nhà văn hóa');
  expect(textOf(preview)).toContain('19:30 ngày 5 hằng tháng');
  expect(textOf(preview)).toContain('nhà văn hóa');
  expect(textOf(await bot.press(SECRETARY, choiceOf(preview, 'Ghi')))).toContain('19:30 thứ Bảy 5/12/2026');
  expect(textOf(await bot.say(SECRETARY, 'lịch họp'))).toContain('19:30 thứ Bảy 5/12/2026, nhà văn hóa');
  const planned = await passUntil('2026-12-07T03:00:00Z');
  expect(planned.map(([chat, at]) => [chat, at])).toEqual([
    ['11', '2026-12-02T01:00:00.000Z'],
    ['11', '2026-12-04T01:00:00.000Z'],
    ['11', '2026-12-06T01:00:00.000Z'],
  ]);
  expect(planned.map(([, , text]) => text.slice(0, 22))).toEqual([
    expect.stringContaining('Còn 3 ngày'),
    expect.stringContaining('Ngày mai họp'),
    expect.stringContaining('Buổi họp'),
  ]);
});

test('step by step', async () => {
  const asked = await bot.press(SECRETARY, choiceOf(await bot.say(SECRETARY, '/hop'), 'Ghi lịch họp'));
  expect(textOf(asked)).toContain('ngày nào');
  expect(textOf(await bot.say(SECRETARY, 'chủ nhật cuối tháng'))).toContain('mấy giờ');
  expect(textOf(await bot.say(SECRETARY, 'chiều'))).toContain('mấy giờ');
  expect(textOf(await bot.say(SECRETARY, '8h'))).toContain('ở đâu');
  const preview = await bot.say(SECRETARY, 'Không ghi');
  expect(textOf(preview)).toContain('chưa ghi');
  expect(textOf(await bot.say(SECRETARY, 'ghi'))).toContain('08:00 Chủ nhật 29/11/2026');
});

test('one that is moved is reminded of at its new time only, one that is called off not at all', async () => {
  await bot.say(SECRETARY, '/hop ngày 5 hằng tháng 19:30, nhà văn hóa');
  await bot.say(SECRETARY, 'ghi');
  const list = await bot.press(SECRETARY, choiceOf(await bot.say(SECRETARY, '/hop'), 'Dời, hủy'));
  const one = await bot.press(SECRETARY, choiceOf(list, '5/12/2026'));
  await bot.press(SECRETARY, choiceOf(one, 'Dời'));
  expect(textOf(await bot.say(SECRETARY, '12/12'))).toContain('19:30 thứ Bảy 12/12/2026');
  expect(textOf(await bot.say(SECRETARY, 'đồng ý'))).toContain('Đã dời kỳ họp');
  const off = await bot.press(SECRETARY, choiceOf(list, '5/1/2027'));
  await bot.press(SECRETARY, choiceOf(off, 'Bỏ kỳ này'));
  const shown = textOf(await bot.say(SECRETARY, '/hop'));
  expect(shown).toContain('12/12/2026');
  expect(shown).not.toContain(' 5/1/2027');
  const planned = await passUntil('2027-01-10T00:00:00Z');
  expect(planned.map(([, at]) => at.slice(0, 10))).toEqual(['2026-12-09', '2026-12-11', '2026-12-13']);
});

test('a move is shown with who is told before anything changes', async () => {
  const second: AccountRef = { channel: 'zalo', userId: 'z15' };
  const east = units.get('Chi bộ Thôn Đông');
  await bot.addPerson(second, 'Phạm Văn Năm', { role: 'secretary', unitId: east }, east);
  await bot.say(SECRETARY, '/hop ngày 5 hằng tháng 19:30, nhà văn hóa');
  await bot.say(SECRETARY, 'ghi');
  const told = async () =>
    (await bot.db.selectFrom('outbox').select(['chat_id', 'markdown']).where('key', 'like', 'meeting:%').execute())
      .slice(1)
      .map(({ chat_id, markdown }) => [chat_id, markdown]);
  const changes = () => bot.db.selectFrom('meeting_changes').select(['date', 'moved_to']).execute();
  const list = await bot.press(SECRETARY, choiceOf(await bot.say(SECRETARY, '/hop'), 'Dời, hủy'));
  const one = await bot.press(SECRETARY, choiceOf(list, '5/12/2026'));
  await bot.press(SECRETARY, choiceOf(one, 'Dời'));

  const preview = await bot.say(SECRETARY, '1/1 8h');
  const notice =
    '**Lịch họp** (Chi bộ Thôn Đông): kỳ thứ Bảy 5/12/2026 dời sang 08:00 thứ Sáu 1/1/2027, nhà văn hóa. Gõ /hop để xem.';
  expect(preview[0]?.markdown).toBe(
    `Kỳ họp **thứ Bảy 5/12/2026** sẽ dời sang **08:00 thứ Sáu 1/1/2027, nhà văn hóa**.\n\nLưu ý: ngày này là **Tết Dương lịch**.\n\n1 bí thư khác sẽ nhận được tin báo sau:\n\n> ${notice}`,
  );
  expect(await changes()).toEqual([]);
  expect(textOf(await bot.say(SECRETARY, 'để xem'))).toContain('6/12 19:30');
  await bot.press(SECRETARY, choiceOf(preview, 'Sửa'));
  // What was to be mended is not agreed to any more.
  const old = await bot.press(SECRETARY, 'nonsense.1');
  expect(await bot.press(SECRETARY, choiceOf(preview, 'Đồng ý'))).toEqual(old);
  await bot.say(SECRETARY, '1/1 8h');
  expect(await bot.press(OTHER, choiceOf(preview, 'Đồng ý'))).toEqual(old);
  expect([await changes(), await told()]).toEqual([[], []]);
  expect(textOf(await bot.press(SECRETARY, choiceOf(preview, 'Đồng ý')))).toContain('Đã dời kỳ họp sang 08:00');
  expect(await changes()).toEqual([{ date: '2026-12-05', moved_to: '2027-01-01T01:00:00.000Z' }]);
  expect(await told()).toEqual([['z15', notice]]);
  expect(await bot.press(SECRETARY, choiceOf(preview, 'Đồng ý'))).toEqual(old);

  await bot.press(SECRETARY, choiceOf(one, 'Dời'));
  await bot.say(SECRETARY, '6/12 8h');
  expect(textOf(await bot.say(SECRETARY, 'sửa'))).toContain('sang ngày nào');
});

test('a holiday is asked about, at once and a week before, and nothing is moved by itself', async () => {
  bot.clock.advance({ hours: 24 * 60 });
  await bot.say(SECRETARY, '/hop ngày 6 hằng tháng 19:30, nhà văn hóa');
  const saved = await bot.say(SECRETARY, 'ghi');
  expect(textOf(saved)).toContain('19:30 thứ Bảy 6/2/2027, nhà văn hóa** rơi vào **mùng 1 Tết Nguyên đán');
  const planned = await passUntil('2027-02-04T00:00:00Z');
  expect(planned.map(([, at, text]) => [at.slice(0, 10), text.includes('Tết')])).toEqual([
    ['2027-01-30', true],
    ['2027-02-03', false],
  ]);
});

test('a holiday that was decided on is not asked about again', async () => {
  bot.clock.advance({ hours: 24 * 60 });
  await bot.say(SECRETARY, '/hop ngày 6 hằng tháng 19:30, nhà văn hóa');
  const saved = await bot.say(SECRETARY, 'ghi');
  expect(textOf(await bot.press(SECRETARY, choiceOf(saved, 'Giữ nguyên')))).toContain('vẫn họp theo lịch');
  const planned = await passUntil('2027-02-04T00:00:00Z');
  expect(planned.map(([, at]) => at.slice(0, 10))).toEqual(['2027-02-03']);
});

test('an officer sets meetings for a unit and everyone below; they cannot be changed below', async () => {
  const asked = await bot.say(OFFICER, '/hop Đảng ủy xã An Bình | ngày 3 hằng tháng 19:30');
  const place = await bot.press(OFFICER, choiceOf(asked, 'Cả các đơn vị trực thuộc'));
  expect(textOf(place)).toContain('ở đâu');
  const preview = await bot.say(OFFICER, 'không ghi');
  expect(textOf(preview)).toContain('mọi đơn vị trực thuộc');
  await bot.press(OFFICER, choiceOf(preview, 'Ghi'));
  const told = await bot.db.selectFrom('outbox').select('chat_id').where('key', 'like', 'meeting:%').execute();
  expect(told.map(({ chat_id }) => chat_id).toSorted()).toEqual(['11', '12']);
  const shown = await bot.say(SECRETARY, '/hop');
  expect(textOf(shown)).toContain('cấp trên đặt');
  expect(textOf(shown)).not.toContain('Dời, hủy');
  const [meeting] = await bot.db.selectFrom('meetings').select('id').execute();
  const old = await bot.press(STRANGER, 'nonsense.1');
  for (const action of ['list', 'end', 'ended', 'one', 'move', 'moved', 'off', 'keep']) {
    for (const who of [SECRETARY, STRANGER]) {
      expect(await bot.press(who, `hop.${action}.${meeting?.id}.2026-12-03`), action).toEqual(old);
    }
  }
  const planned = await passUntil('2026-12-01T00:00:00Z');
  expect(planned.map(([chat]) => chat)).toEqual(['11', '12']);
});

test('others cannot record: neither a stranger nor a secretary for another cell', async () => {
  expect(textOf(await bot.say(STRANGER, '/hop ngày 5 hằng tháng 19:30'))).toContain('dành cho bí thư');
  const old = await bot.press(STRANGER, 'nonsense.1');
  const west = units.get('Chi bộ Thôn Tây');
  for (const who of [STRANGER, SECRETARY]) expect(await bot.press(who, `hop.new.${west}`)).toEqual(old);
  expect(await bot.db.selectFrom('meetings').selectAll().execute()).toEqual([]);
});
