import { afterEach, describe, expect, test } from 'vitest';
import { startFakeZalo, zaloEvent, type FakeZalo, type ZaloFault } from './fakes/zalo.ts';
import { type RunningBot, SOON, startBot, temporaryFolder, webhookEnv } from './support/process.ts';

/** The same conversation however Zalo's updates reach a real process, in each of the forms that they are known to have. */
describe.each([
  ['polling', 'wrapped'],
  ['polling', 'array'],
  ['webhook', 'wrapped'],
  ['webhook', 'bare'],
] as const)('Zalo by %s, %s', (way, shape) => {
  const open: { zalo?: FakeZalo; bot?: RunningBot; folder?: ReturnType<typeof temporaryFolder> } = {};

  afterEach(async () => {
    await open.bot?.end();
    await open.zalo?.close();
    open.folder?.[Symbol.dispose]();
    for (const key of Object.keys(open)) delete open[key as keyof typeof open];
  });

  async function start(extra: Record<string, string> = {}): Promise<{ zalo: FakeZalo; bot: RunningBot }> {
    const zalo = (open.zalo ??= await startFakeZalo());
    zalo.shape = shape;
    const folder = (open.folder ??= temporaryFolder());
    const bot = await startBot({
      ...zalo.env,
      DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
      ...(way === 'webhook' ? webhookEnv() : {}),
      ...extra,
    });
    open.bot = bot;
    await expect.poll(() => bot.output(), SOON).toContain('Zalo is ready');
    return { zalo, bot };
  }

  test('greets, answers, follows a typed number, takes feedback', async () => {
    const { zalo } = await start();
    zalo.say('lan', '/start');
    const greeting = await zalo.nextMessage('lan');
    expect(greeting.text).toContain('trợ lý tự động');
    expect(greeting.text).toMatch(/^\d+\. Kết nạp đảng viên$/m);
    const name = greeting.text.indexOf('Sổ tay chi bộ');
    expect(greeting.styles).toContainEqual({ start: name, len: 'Sổ tay chi bộ'.length, st: ['b'] });

    zalo.say('lan', 'tuổi kết nạp đv');
    const answer = await zalo.nextMessage('lan');
    expect(answer.text).toContain('Từ đủ 18 tuổi đến đủ 60 tuổi');
    expect(answer.text).toContain('294-QĐ/TW, điểm 1.1.1 (đã được 208-QĐ/TW thay)');
    expect(answer.text).toContain('Kiểm tra ngày');
    zalo.pick('lan', 'Đúng ý');
    expect((await zalo.nextMessage('lan')).text).toContain('Cảm ơn');
    zalo.pick('lan', 'Kết nạp người trên 60 tuổi');
    expect((await zalo.nextMessage('lan')).text).toContain('Kết nạp người trên 60 tuổi');

    zalo.say('hoa', 'lĩnh vực');
    await zalo.nextMessage('hoa');
    zalo.say('hoa', 'ket nap dang vien');
    expect((await zalo.nextMessage('hoa')).text).toContain('trang 1/');
    zalo.pick('hoa', 'Xem tiếp');
    expect((await zalo.nextMessage('hoa')).text).toContain('trang 2/');
    zalo.say('mai', '/vanban 24-QĐ/TW');
    expect((await zalo.nextMessage('mai')).text).toContain('đã được thay bằng Quy định số 208-QĐ/TW');
    zalo.say('mai', '/trogiup');
    expect((await zalo.nextMessage('mai')).text).toContain('/vanban');

    // A number that the newest list does not have goes to what was asked, until another command ends that.
    for (const [text, reply] of [
      ['/gopy', 'gõ góp ý'],
      ['/linhvuc', 'Kết nạp đảng viên'],
      ['99', 'gõ bằng chữ'],
      ['/start', 'trợ lý tự động'],
      ['99', 'không thấy lựa chọn số này'],
    ] as const) {
      zalo.say('ba', text);
      expect((await zalo.nextMessage('ba')).text).toContain(reply);
    }
    expect(zalo.calls.filter(({ method }) => method === 'sendChatAction').length).toBeGreaterThan(5);
  });

  test('what it cannot read gets a kind sentence; bots, groups without text and unknown events get silence', async () => {
    const { zalo, bot } = await start();
    for (const [chat, event, fields] of [
      ['p1', 'message.image.received', { photo_url: 'https://photo.zdn.vn/x.jpg', message_type: 'CHAT_PHOTO' }],
      ['p2', 'message.image.received', { photo: 'https://photo.zdn.vn/x.jpg', caption: 'biên lai' }],
      ['p3', 'message.sticker.received', { sticker: 'abc', url: 'https://x.zdn.vn/s.png' }],
      ['p4', 'message.voice.received', { voice_url: 'https://x.zdn.vn/v.aac' }],
      ['p5', 'message.unsupported.received', {}],
    ] as const) {
      zalo.push(zaloEvent(event, chat, { message_id: `id-${chat}`, ...fields }));
      expect((await zalo.nextMessage(chat)).text).toContain('chưa xem được ảnh');
    }
    const group = { chat: { id: 'nhom', chat_type: 'GROUP' } };
    zalo.push(zaloEvent('message.image.received', 'p1', { message_id: 'g1', photo_url: 'x', ...group }));
    zalo.push(
      zaloEvent('message.text.received', 'p1', { message_id: 'g2', text: '@bot.SoTay tuổi kết nạp đv', ...group }),
    );
    expect((await zalo.nextMessage('nhom')).text).toContain('Từ đủ 18 tuổi');
    zalo.push(zaloEvent('user.follow', 'p6', { message_id: 'f' }));
    zalo.push({ event_name: 'message.text.received', message: { chat: 'canary-text' } });
    zalo.push({ event_name: 'message.text.received', message: null });
    zalo.push(
      zaloEvent('message.text.received', 'p7', { message_id: 'b', text: 'x', from: { id: 'p7', is_bot: true } }),
    );
    // Without an id, a name, a kind of chat or an event's name: still a message.
    zalo.push({ message: { chat: { id: 'p8' }, text: 'tuổi kết nạp đv', thread_mark: 1 } });
    expect((await zalo.nextMessage('p8')).text).toContain('Từ đủ 18 tuổi');
    expect(zalo.sent.filter(({ chatId }) => !/^p[1-58]$/.test(chatId)).map(({ chatId }) => chatId)).toEqual(['nhom']);
    const metrics = await (await fetch(`${bot.url}/metrics`)).text();
    expect(metrics).toMatch(/sotay_received_total\{channel="zalo",kind="malformed"\} 1/);
    expect(bot.output()).toContain('"fields":["thread_mark"]');
    expect(bot.output()).not.toContain('canary-text');
  });

  test('50 parallel copies of one event have one effect', async () => {
    const { zalo, bot } = await start();
    const event = zaloEvent('message.text.received', 'lan', { message_id: 'same', text: 'tuổi kết nạp đv' });
    for (let i = 0; i < 50; i++) zalo.push(event);
    await zalo.nextMessage('lan');
    zalo.say('hoa', '/start');
    await zalo.nextMessage('hoa');
    if (way === 'webhook') await expect.poll(() => zalo.delivered, SOON).toEqual(Array.from({ length: 51 }, () => 200));
    await bot.end();
    expect(zalo.sent.filter(({ chatId }) => chatId === 'lan')).toHaveLength(1);
    expect(
      zalo.calls.filter(({ method, params }) => method === 'sendChatAction' && params['chat_id'] === 'lan'),
    ).toHaveLength(1);
  });

  // What is sent fails alike however updates come in; one way is enough for the waiting that it takes.
  test.runIf(shape === 'array')(
    'errors in all their forms, outages and cut connections end with an answer',
    async () => {
      const { zalo } = await start();
      const faults = new Map<unknown, ZaloFault[]>([
        ['a', [{ code: 403, description: 'Internal server error' }, { html: 502 }]],
        ['b', [{ drop: 'before' }, { empty: 200 }]],
        ['c', [{ code: 400 }]],
        ['d', [{ code: 500, key: 'errorCode' }, { html: 200 }]],
        ['e', [{ drop: 'after' }]],
        ['f', [{ redirect: 'http://127.0.0.1:1/' }, { late: 300 }]],
      ]);
      zalo.fault = (method, params) => (method === 'sendMessage' ? faults.get(params['chat_id'])?.shift() : undefined);
      for (const chat of faults.keys()) zalo.say(String(chat), 'tuổi kết nạp đv');
      for (const chat of faults.keys()) {
        const { text, styles } = await zalo.nextMessage(String(chat));
        expect(text).toContain('Từ đủ 18 tuổi');
        // Refused with styles, taken without.
        expect(styles.length > 0).toBe(chat !== 'c');
      }
      // It had arrived, and the connection was cut: rather twice than not at all.
      await zalo.nextMessage('e');

      const down: ZaloFault[] = [{ html: 502 }, { code: 408, status: 408 }, { drop: 'before' }, { empty: 504 }];
      zalo.fault = (method) => (method === 'getUpdates' ? down.shift() : undefined);
      zalo.say('g', 'tuổi kết nạp đv');
      await zalo.nextMessage('g');
      zalo.say('h', 'tuổi kết nạp đv');
      await zalo.nextMessage('h');
      expect(down).toEqual([]);
    },
  );
});
