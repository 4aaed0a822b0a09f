import { expect, test } from 'vitest';
import { startFakeTelegram, type SentMessage } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { startBot, temporaryFolder, webhookEnv } from '../support/process.ts';

const OFFICER = 1;
const LAN = 601;
const HOA = 'z602';
const QUESTION = 'Đảng viên đi làm ăn xa sinh hoạt ở đâu?';

test('a question becomes an answer, an entry, found in another spelling, also after a kill; then its document is replaced', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const zalo = await startFakeZalo();
  const env = {
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
    ...webhookEnv(),
    HANDBOOK_DIR: writeSmallHandbook(folder.path),
    ...telegram.env,
    ...zalo.env,
    ADMINS: `telegram:${OFFICER}`,
    QUIET_HOURS: '',
  };
  let bot = await startBot(env);
  const next = async (userId: number, wanted: string): Promise<SentMessage> => {
    for (;;) {
      const message = await telegram.nextMessage(userId);
      if (message.text.includes(wanted)) return message;
    }
  };
  const says = (userId: number, text: string, wanted: string): Promise<SentMessage> => {
    telegram.say(userId, text);
    return next(userId, wanted);
  };
  const presses = (userId: number, label: string, wanted: string): Promise<SentMessage> => {
    telegram.press(userId, label);
    return next(userId, wanted);
  };
  const onZalo = async (text: string, wanted: string): Promise<void> => {
    zalo.say(HOA, text);
    // What was being answered when the process was killed is answered again.
    while (!(await zalo.nextMessage(HOA)).text.includes(wanted));
  };

  await says(LAN, QUESTION, 'Sổ tay chưa có câu trả lời');
  await presses(LAN, 'Gửi câu hỏi cho cán bộ phụ trách', 'Ai chịu trách nhiệm');
  await presses(LAN, 'Tôi đồng ý', 'họ và tên');
  await says(LAN, 'Nguyễn Thị Lan', 'đơn vị');
  await says(LAN, 'Chi bộ Thôn Đông', 'Tôi đã gửi câu hỏi');

  await next(OFFICER, 'Có câu hỏi gửi cán bộ phụ trách');
  await presses(OFFICER, 'Xem và trả lời', 'Nguyễn Thị Lan');
  await presses(OFFICER, 'Nhận', 'Đồng chí đã nhận');
  await presses(OFFICER, 'Trả lời', 'câu trả lời');
  await says(OFFICER, 'Đảng viên đi xa từ ba tháng thì chuyển sinh hoạt tạm thời.', 'sẽ nhận');
  await presses(OFFICER, 'Gửi', 'Đã gửi câu trả lời');
  expect((await next(LAN, 'Trả lời của cán bộ phụ trách')).buttons.map(({ text }) => text)).toEqual(['Hỏi thêm']);

  await presses(OFFICER, 'Đưa vào sổ tay', 'lĩnh vực nào');
  await presses(OFFICER, 'Sinh hoạt chi bộ', 'văn bản');
  await says(OFFICER, '2-QĐ/TW, Điều 5', 'đối chiếu');
  await presses(OFFICER, 'Đã đối chiếu toàn văn', 'Máy tìm');
  await presses(OFFICER, 'Ghi vào sổ tay', 'Đã ghi');

  await onZalo('dang vien di lam an xa sinh hoat o dau', 'chuyển sinh hoạt tạm thời');
  await bot.end('SIGKILL');
  bot = await startBot(env);
  await says(LAN, 'đảng viên đi làm ăn xa thì sinh hoạt ở đâu ạ', '2-QĐ/TW, Điều 5');

  const record =
    '/vanban moi\nSố hiệu: Quy định số 9-QĐ/TW\nTên: Sinh hoạt\nCơ quan ban hành: Ban Bí thư\nNgày ban hành: 15/11/2026\nThay cho: 2-QĐ/TW';
  await says(OFFICER, record, 'Văn bản mới');
  await presses(OFFICER, 'Ghi', 'Đã ghi');
  await onZalo('dang vien di lam an xa sinh hoat o dau', '⚠️ Văn bản 2-QĐ/TW đã được 9-QĐ/TW thay');

  expect(await bot.end()).toBe(0);
  for (const secret of ['Nguyễn Thị Lan', 'Thôn Đông', 'làm ăn xa']) expect(bot.output()).not.toContain(secret);
  await telegram.close();
  await zalo.close();
});
