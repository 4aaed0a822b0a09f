import { afterEach, describe, expect, test } from 'vitest';
import { person, privateMessage, startFakeTelegram, type FakeTelegram } from './fakes/telegram.ts';
import { type RunningBot, startBot, temporaryFolder, webhookEnv } from './support/process.ts';

/** The same conversation however Telegram's updates reach a real process. */
describe.each(['polling', 'webhook'] as const)('Telegram by %s', (way) => {
  const open: { telegram?: FakeTelegram; bot?: RunningBot; folder?: ReturnType<typeof temporaryFolder> } = {};

  afterEach(async () => {
    await open.bot?.end();
    await open.telegram?.close();
    open.folder?.[Symbol.dispose]();
    for (const key of Object.keys(open)) delete open[key as keyof typeof open];
  });

  async function start(extra: Record<string, string> = {}): Promise<{ telegram: FakeTelegram; bot: RunningBot }> {
    const telegram = (open.telegram ??= await startFakeTelegram());
    const folder = (open.folder ??= temporaryFolder());
    const ready = telegram.nextCall(way === 'polling' ? 'getUpdates' : 'setWebhook');
    const bot = await startBot({
      ...telegram.env,
      DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
      ...(way === 'webhook' ? webhookEnv() : {}),
      ...extra,
    });
    open.bot = bot;
    await ready;
    return { telegram, bot };
  }

  test('greets, answers, follows a button, takes feedback', async () => {
    const { telegram } = await start();
    telegram.say(7, '/start');
    const greeting = await telegram.nextMessage(7);
    expect(greeting.text).toContain('trợ lý tự động');
    expect(greeting.buttons.map(({ text }) => text)).toContain('Kết nạp đảng viên');

    for (const question of [
      'Bao nhiêu tuổi thì được vào Đảng?',
      'bao nhieu tuoi thi vao dang duoc',
      'tuổi kết nạp đv',
    ]) {
      telegram.say(7, question);
      const answer = await telegram.nextMessage(7);
      expect(answer.text).toContain('Từ đủ 18 tuổi đến đủ 60 tuổi');
      expect(answer.text).toContain('Căn cứ');
      expect(answer.text).toContain('294-QĐ/TW, điểm 1.1.1 (đã được 208-QĐ/TW thay)');
      expect(answer.text).toContain('Kiểm tra ngày 21/11/2026');
      expect(answer.buttons.map(({ text }) => text)).toEqual([
        expect.stringContaining('Kết nạp người trên 60 tuổi'),
        expect.stringContaining('Điều kiện chung'),
        'Đúng ý',
        'Chưa đúng',
        'Theo dõi chủ đề này',
        expect.stringContaining('Gửi câu hỏi cho cán bộ phụ trách'),
      ]);
    }
    telegram.press(7, 'Đúng ý');
    expect((await telegram.nextMessage(7)).text).toContain('Cảm ơn');
    telegram.press(7, 'Kết nạp người trên 60 tuổi');
    expect((await telegram.nextMessage(7)).text).toContain('Kết nạp người trên 60 tuổi');
    telegram.say(7, '/linhvuc');
    await telegram.nextMessage(7);
    telegram.press(7, 'Kết nạp đảng viên');
    const page = await telegram.nextMessage(7);
    expect(page.text).toContain('trang 1/');
    expect(page.text).toContain('1. ');
    telegram.press(7, 'Xem tiếp');
    expect((await telegram.nextMessage(7)).text).toContain('trang 2/');
    telegram.say(7, '/vanban 24-QĐ/TW');
    const document = await telegram.nextMessage(7);
    expect(document.text).toContain('đã được thay bằng Quy định số 208-QĐ/TW');
    telegram.say(7, '/trogiup');
    expect((await telegram.nextMessage(7)).text).toContain('/vanban');

    // A number goes to what was asked, until another command ends that.
    for (const [text, reply] of [
      ['/gopy', 'gõ góp ý'],
      ['/linhvuc', 'lĩnh vực'],
      ['99', 'gõ bằng chữ'],
      ['/start', 'trợ lý tự động'],
      ['99', 'không thấy lựa chọn số này'],
    ] as const) {
      telegram.say(8, text);
      expect((await telegram.nextMessage(8)).text).toContain(reply);
    }
  });

  test('what it cannot read gets a kind sentence; groups and forgeries get silence', async () => {
    const { telegram } = await start();
    const message = privateMessage(8, 1);
    telegram.push({ message: { ...message, photo: [{ file_id: 'x' }] } });
    expect((await telegram.nextMessage(8)).text).toContain('chưa xem được ảnh');
    telegram.push({ edited_message: { ...message, text: 'sửa' } });
    expect((await telegram.nextMessage(8)).text).toContain('tin đã sửa');
    telegram.say(8, '/khongcolenhnay');
    expect((await telegram.nextMessage(8)).text).toContain('không có lệnh này');
    telegram.say(8, '🙏🙏');
    expect((await telegram.nextMessage(8)).text).toContain('bằng chữ');
    telegram.say(8, 'chi bộ '.repeat(1500));
    expect((await telegram.nextMessage(8)).text).toContain('dài quá');
    telegram.push({
      callback_query: { id: '1', from: person(8), chat_instance: '1', data: 'e.goneforever', message },
    });
    expect((await telegram.nextMessage(8)).text).toContain('Nút này đã cũ');

    const group = { ...message, chat: { id: -100, type: 'supergroup', title: 'Nhóm' } };
    telegram.push({ message: { ...group, text: 'tuổi kết nạp đv' } });
    telegram.push({ message: { ...group, text: '/hoi@BotKhac tuổi kết nạp đv' } });
    telegram.push({ message: { ...group, photo: [] } });
    telegram.push({ callback_query: { id: '2', from: person(9), chat_instance: '1', data: 'fields', message } });
    telegram.push({ message: { ...group, text: '@SoTayBot tuổi kết nạp đv' } });
    expect((await telegram.nextMessage(-100)).text).toContain('Từ đủ 18 tuổi');
    telegram.push({ message: { ...group, text: '/hoi@SoTayBot tuổi kết nạp đv' } });
    expect((await telegram.nextMessage(-100)).text).toContain('Từ đủ 18 tuổi');
    expect(telegram.sent.filter(({ chatId }) => chatId === '-100')).toHaveLength(2);
    expect(telegram.sent.filter(({ chatId }) => chatId === '8')).toHaveLength(6);
  });

  test('commands have Vietnamese descriptions, and officers have one more', async () => {
    const { telegram } = await start({ ADMINS: 'telegram:42' });
    const menus = telegram.calls.filter(({ method }) => method === 'setMyCommands').map(({ params }) => params);
    expect(menus).toHaveLength(2);
    const names = menus.map(({ commands }) => (commands as { command: string }[]).map(({ command }) => command));
    expect(names[0]).toContain('linhvuc');
    expect(names[0]).not.toContain('cauhoi');
    expect(names[1]).toContain('cauhoi');
    expect(menus[1]?.['scope']).toEqual({ type: 'chat', chat_id: 42 });
    telegram.say(42, 'máy bay không người lái bay cao bao nhiêu mét');
    await telegram.nextMessage(42);
    telegram.say(42, '/cauhoi');
    expect((await telegram.nextMessage(42)).text).toContain('máy bay không người lái');
    telegram.say(43, '/cauhoi');
    expect((await telegram.nextMessage(43)).text).toContain('không có lệnh này');
  });

  test('storms of 429, outages and dropped connections end with an answer', async () => {
    const { telegram } = await start();
    const faults = [
      { error: 429, description: 'Too Many Requests: retry after 1', retryAfter: 1 },
      { drop: 'before' as const },
      { html: 502 },
    ];
    telegram.fault = (method) => (method === 'sendMessage' ? faults.shift() : undefined);
    telegram.say(9, 'tuổi kết nạp đv');
    expect((await telegram.nextMessage(9)).text).toContain('Từ đủ 18 tuổi');
    telegram.fault = (method, params) =>
      method === 'sendMessage' && params['parse_mode'] === 'HTML'
        ? { error: 400, description: "Bad Request: can't parse entities: x" }
        : undefined;
    telegram.say(9, 'tuổi kết nạp đv');
    expect((await telegram.nextMessage(9)).text).toContain('Từ đủ 18 tuổi');
    telegram.fault = (method, params) =>
      method === 'sendMessage' && params['chat_id'] === '10'
        ? { error: 403, description: 'Forbidden: bot was blocked by the user' }
        : undefined;
    const tried = telegram.nextCall('sendMessage');
    telegram.say(10, 'tuổi kết nạp đv');
    await tried;
    telegram.fault = () => undefined;
    telegram.say(9, 'tuổi kết nạp đv');
    await telegram.nextMessage(9);
    expect(telegram.sent.some(({ chatId }) => chatId === '10')).toBe(false);
  });
});
