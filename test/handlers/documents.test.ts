import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { createDocumentsStore } from '../../src/documents/documents-store.ts';
import { createRegistry } from '../../src/documents/registry.ts';
import { createDocuments } from '../../src/handbook/documents.ts';
import { contentOf } from '../../src/handbook/entry.ts';
import { loadHandbook } from '../../src/handbook/load.ts';
import { overtaken } from '../../src/handbook/replacement.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const SECOND: AccountRef = { channel: 'telegram', userId: '2' };
const LOWER: AccountRef = { channel: 'telegram', userId: '3' };
const READER: AccountRef = { channel: 'zalo', userId: 'z1' };
const OTHER_READER: AccountRef = { channel: 'telegram', userId: '4' };

const QUESTION = 'Đảng viên đóng đảng phí bao nhiêu?';
const LINES = `/vanban moi
Số hiệu: Quy định số 9-QĐ/TW
Tên: Chế độ đảng phí
Cơ quan ban hành: Ban Bí thư
Ngày ban hành: 15/11/2026
Hiệu lực từ: 20/11/2026
Thay cho: 1-QĐ/TW`;
const WARNING =
  '⚠️ Văn bản 1-QĐ/TW đã được 9-QĐ/TW thay từ ngày 20/11/2026; nội dung dưới đây đang được rà soát, đồng chí hỏi lại cấp ủy trước khi áp dụng.';

const folder = temporaryFolder();
const directory = writeSmallHandbook(folder.path);
let bot: TestConversation;

beforeEach(async () => {
  bot = await openConversation([ADMIN, SECOND], directory);
});
afterEach(() => bot.db.destroy());
afterAll(() => folder[Symbol.dispose]());

/** Says something, then presses the buttons with these labels one after the other. */
async function go(account: AccountRef, text: string, ...labels: string[]) {
  let replies = await bot.say(account, text);
  for (const label of labels) replies = await bot.press(account, choiceOf(replies, label));
  return replies;
}

const waiting = () => bot.db.selectFrom('outbox').select(['chat_id', 'markdown', 'choices']).orderBy('id').execute();

test('a new document: preview, then at once the warning above every answer that rests on the old one', async () => {
  const entry = bot.handbook.entry('dang-phi/muc-dong');
  if (!entry) throw new Error('no entry');
  await bot.approvals.approve(entry, 'x', '');
  const before = textOf(await bot.say(READER, QUESTION));
  expect(before).toContain('Đã duyệt ngày 22/11/2026');
  expect(before).not.toContain('⚠️ Văn bản');

  const preview = await bot.say(ADMIN, LINES);
  expect(textOf(preview)).toBe(`**Văn bản mới**

- **Số hiệu:** Quy định số 9-QĐ/TW
- **Tên:** Chế độ đảng phí
- **Cơ quan ban hành:** Ban Bí thư
- **Ngày ban hành:** 15/11/2026
- **Hiệu lực từ:** 20/11/2026
- **Thay cho:** Quy định số 1-QĐ/TW
- **Nguồn:** không có

Có 2 câu trả lời dẫn văn bản được thay.
[Ghi]
[Sửa]
[Hủy]`);
  expect(textOf(await bot.say(READER, QUESTION))).not.toContain('⚠️ Văn bản');
  const report = await bot.press(ADMIN, choiceOf(preview, 'Ghi'));
  expect(textOf(report)).toContain('**2 câu trả lời** dựa vào văn bản cũ');
  expect(textOf(report)).toContain('Trong 90 ngày qua, các câu này đã trả lời **2 lượt hỏi**.');

  const after = textOf(await bot.say(READER, QUESTION));
  expect(after.split('\n')[0]).toBe(WARNING);
  expect(after).toContain('- Quy định số 1-QĐ/TW, Điều 2 (đã được 9-QĐ/TW thay)');
  expect(after).toContain('Bản thảo, chưa được cấp ủy duyệt');
  expect(textOf(await bot.say(READER, 'Chi bộ họp thường kỳ mấy lần một tháng?'))).not.toContain('⚠️ Văn bản');
  expect(textOf(await bot.say(READER, '/vanban 9-QĐ/TW'))).toContain('đang có hiệu lực');
  expect(textOf(await bot.say(READER, '/vanban 1-QĐ/TW'))).toContain('đã được thay bằng Quy định số 9-QĐ/TW');

  // Read and found still right: whoever approves it knows of the new document.
  bot.clock.advance({ minutes: 1 });
  await bot.approvals.approve(entry, 'x', '');
  const approved = textOf(await bot.say(READER, QUESTION));
  expect(approved).not.toContain('⚠️ Văn bản');
  expect(approved).toContain('Đã duyệt ngày 22/11/2026');
});

test('step by step, on a platform without buttons too; what was not understood is asked for again', async () => {
  await bot.say(SECOND, '/vanban moi');
  await bot.say(SECOND, 'Quy định số 9-QĐ/TW');
  await bot.say(SECOND, 'Chế độ đảng phí');
  await bot.say(SECOND, 'không rõ');
  expect(textOf(await bot.say(SECOND, 'tháng trước'))).toContain('gõ ngày đủ cả năm, ví dụ: 15/11/2026');
  const effective = await bot.say(SECOND, '15/11/2026');
  const replaces = await bot.press(SECOND, choiceOf(effective, 'Từ ngày ban hành'));
  expect(textOf(replaces)).toContain('[Không thay văn bản nào]');
  expect(textOf(await bot.say(SECOND, '77-QĐ/TW'))).toContain('Tôi không thấy văn bản “77-QĐ/TW” trong danh mục');
  const source = await bot.say(SECOND, '1-QĐ/TW; 2');
  const preview = await bot.press(SECOND, choiceOf(source, 'Không có'));
  expect(textOf(preview)).toContain('- **Thay cho:** Quy định số 1-QĐ/TW; Quy định số 2-QĐ/TW');
  expect(textOf(preview)).toContain('- **Hiệu lực từ:** 15/11/2026');
  // One part is corrected without asking for the rest again.
  const title = await bot.press(SECOND, choiceOf(await bot.press(SECOND, choiceOf(preview, 'Sửa')), 'Tên'));
  expect(textOf(title)).toContain('Gõ **tên** ngắn gọn');
  expect(textOf(await bot.say(SECOND, 'Đảng phí'))).toContain('- **Tên:** Đảng phí');
  expect(textOf(await bot.say(SECOND, 'ghi'))).toContain('Đã ghi **Quy định số 9-QĐ/TW**');
});

test('all mistakes of a message at once; what was right is kept, and only the rest is asked for', async () => {
  const wrong = await bot.say(
    ADMIN,
    '/vanban moi\nSố hiệu: Quy định số 9-QĐ/TW\nNgày ban hành: 31/2/2026\nThay cho: 5-QĐ/TW',
  );
  expect(textOf(wrong)).toContain('Còn chỗ phải sửa');
  expect(textOf(wrong)).toContain('31/2/2026');
  expect(textOf(wrong)).toContain('5-QĐ/TW');
  expect(textOf(wrong)).toContain('**Ngày ban hành**?');
  expect(textOf(await bot.say(ADMIN, '28/2/2026'))).toContain('**Thay cho** văn bản nào?');
  expect(textOf(await bot.say(ADMIN, 'Thay cho: 2-QĐ/TW'))).toContain(`- **Số hiệu:** Quy định số 9-QĐ/TW
- **Tên:** chưa ghi
- **Cơ quan ban hành:** chưa rõ
- **Ngày ban hành:** 28/02/2026
- **Hiệu lực từ:** chưa rõ
- **Thay cho:** Quy định số 2-QĐ/TW`);
  expect(bot.registry.records()).toEqual([]);
});

test('a document of the future: nothing is said to be replaced before its day, and then it is', async () => {
  await go(ADMIN, LINES.replace('20/11/2026', '01/12/2026'), 'Ghi');
  const today = textOf(await bot.say(READER, QUESTION));
  expect(today).toContain('⚠️ Văn bản 1-QĐ/TW sẽ được 9-QĐ/TW thay từ ngày 01/12/2026;');
  expect(today).toContain('(sẽ được 9-QĐ/TW thay từ 01/12/2026)');
  expect(textOf(await bot.say(READER, '/vanban 1-QĐ/TW'))).toContain('đang có hiệu lực; sẽ được thay');
  bot.clock.advance({ hours: 8 * 24 + 14 }); // midnight in Việt Nam
  expect(textOf(await bot.say(READER, QUESTION))).toContain('⚠️ Văn bản 1-QĐ/TW đã được 9-QĐ/TW thay');
});

test('correcting and taking back: the file counts again', async () => {
  await go(ADMIN, LINES, 'Ghi');
  const record = await go(ADMIN, '/vanbanmoi', 'Các văn bản đã ghi', '9-QĐ/TW', 'Sửa', 'Sửa', 'Thay cho');
  expect(textOf(record)).toContain('**Thay cho** văn bản nào?');
  await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '2-QĐ/TW'), 'Ghi'));
  expect(textOf(await bot.say(READER, QUESTION))).not.toContain('⚠️ Văn bản');
  expect(textOf(await bot.say(READER, 'Chi bộ họp thường kỳ mấy lần một tháng?'))).toContain('⚠️ Văn bản 2-QĐ/TW');
  const gone = await go(ADMIN, '/vanban moi', 'Các văn bản đã ghi', '9-QĐ/TW', 'Thu hồi', 'Xác nhận thu hồi');
  expect(textOf(gone)).toBe('Đã thu hồi bản ghi **Quy định số 9-QĐ/TW**.');
  expect(bot.handbook.documents.all).toEqual(loadHandbook(directory).documents.all);
  expect(textOf(await bot.say(READER, '/vanban 9-QĐ/TW'))).toContain('không thấy văn bản');
});

test('of two officers who record the same, one is told; of two who correct it, the second', async () => {
  const [first, second] = [await bot.say(ADMIN, LINES), await bot.say(SECOND, LINES)];
  await bot.press(ADMIN, choiceOf(first, 'Ghi'));
  const late = await bot.press(SECOND, choiceOf(second, 'Ghi'));
  expect(textOf(late)).toContain('⚠️ Danh mục đã có **Quy định số 9-QĐ/TW**');
  expect(bot.registry.records()).toHaveLength(1);

  await bot.press(SECOND, choiceOf(late, 'Sửa bản đã có'));
  await bot.press(SECOND, 'vbm.edit.title');
  const theirs = await bot.say(SECOND, 'Tên của người thứ hai');
  await go(ADMIN, '/vanbanmoi', 'Các văn bản đã ghi', '9-QĐ/TW', 'Sửa');
  await bot.press(ADMIN, 'vbm.edit.title');
  await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, 'Tên của người thứ nhất'), 'Ghi'));
  const overtakenBy = await bot.press(SECOND, choiceOf(theirs, 'Ghi'));
  expect(textOf(overtakenBy)).toContain('Đồng chí khác vừa ghi hoặc sửa văn bản này');
  expect(textOf(overtakenBy)).toContain('Tên của người thứ hai');
  expect(bot.registry.records()[0]?.fields.title).toBe('Tên của người thứ nhất');
});

test('a document of the file is completed without losing what the file knows', async () => {
  await bot.say(ADMIN, '/vanban moi');
  const known = await bot.say(ADMIN, 'Quy định số 1-QĐ/TW');
  expect(textOf(known)).toContain('⚠️ Danh mục đã có **Quy định số 1-QĐ/TW**.');
  const preview = await bot.press(ADMIN, choiceOf(known, 'Sửa bản đã có'));
  expect(textOf(preview)).toContain('- **Tên:** Quy định về đảng phí');
  await bot.press(ADMIN, 'vbm.edit.replaces');
  await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '2-QĐ/TW'), 'Ghi'));
  expect(bot.handbook.documents.get('1-QD/TW')).toMatchObject({ title: 'Quy định về đảng phí', in_force: true });
  expect(bot.handbook.documents.get('2-QD/TW')).toMatchObject({ replaced_by: '1-QD/TW', in_force: false });
});

test('no circles, and what was replaced already stands for what replaced it', async () => {
  await go(ADMIN, LINES, 'Ghi');
  const preview = await bot.say(ADMIN, LINES.replaceAll('9-QĐ', '10-QĐ'));
  expect(textOf(preview)).toContain('1-QĐ/TW đã được 9-QĐ/TW thay từ trước, nên tôi ghi thay cho Quy định số 9-QĐ/TW.');
  await bot.press(ADMIN, choiceOf(preview, 'Ghi'));
  expect(textOf(await bot.say(READER, QUESTION))).toContain('⚠️ Văn bản 1-QĐ/TW đã được 10-QĐ/TW thay');
  await go(ADMIN, '/vanbanmoi', 'Các văn bản đã ghi', 'Quy định số 9-QĐ/TW', 'Sửa');
  await bot.press(ADMIN, 'vbm.edit.replaces');
  const circle = await bot.say(ADMIN, '10-QĐ/TW');
  expect(textOf(circle)).toContain('thành ra thay cho chính nó');
  expect(textOf(circle)).not.toContain('[Ghi]');
  expect(textOf(await bot.say(ADMIN, 'ghi'))).toContain('thành ra thay cho chính nó');
});

test('who follows a topic is told once when an officer says so', async () => {
  const answer = await bot.say(READER, QUESTION);
  const consent = await bot.press(READER, choiceOf(answer, 'Theo dõi chủ đề này'));
  expect(textOf(consent)).toContain('[Tôi đồng ý]');
  const followed = await bot.press(READER, choiceOf(consent, 'Tôi đồng ý'));
  expect(textOf(followed)).toContain(`Đồng chí đang theo dõi: **${QUESTION}**`);
  const id = await bot.addPerson(OTHER_READER, 'Trần Thị Bình');
  await bot.press(OTHER_READER, choiceOf(await bot.say(OTHER_READER, QUESTION), 'Theo dõi'));
  await bot.press(OTHER_READER, choiceOf(await bot.say(OTHER_READER, 'Ai được miễn đóng đảng phí?'), 'Theo dõi'));
  expect(textOf(await bot.say(OTHER_READER, '/dulieu'))).toContain(`**Chủ đề theo dõi:** ${QUESTION}`);

  const report = await go(ADMIN, LINES, 'Ghi');
  expect(textOf(report)).toContain('**2 người** đang theo dõi');
  expect(await waiting()).toEqual([]);
  expect(textOf(await bot.press(ADMIN, choiceOf(report, 'Báo cho 2 người')))).toBe('Đã báo cho 2 người theo dõi.');
  expect(textOf(await bot.press(ADMIN, choiceOf(report, 'Báo cho 2 người')))).toContain('tôi không gửi thêm');
  const told = await waiting();
  expect(told.map(({ chat_id }) => chat_id).toSorted()).toEqual(['4', 'z1']);
  expect(told.find(({ chat_id }) => chat_id === '4')).toMatchObject({
    markdown: `**Quy định có thay đổi**

Quy định số 1-QĐ/TW được Quy định số 9-QĐ/TW thay từ ngày 20/11/2026. Đồng chí đang theo dõi chủ đề dựa vào văn bản này. Câu trả lời đang được rà soát; đồng chí hỏi lại cấp ủy trước khi áp dụng.

Chọn chủ đề để xem. Muốn thôi theo dõi: gõ /caidat.`,
  });
  const topics = JSON.parse(told.find(({ chat_id }) => chat_id === '4')?.choices ?? '[]') as { label: string }[];
  expect(topics.map(({ label }) => label)).toEqual([QUESTION, 'Ai được miễn đóng đảng phí?']);

  const list = await go(OTHER_READER, '/caidat', 'Chủ đề theo dõi');
  expect(textOf(list)).toContain('đang theo dõi **2 chủ đề**');
  expect(textOf(await bot.press(OTHER_READER, choiceOf(list, 'Ai được miễn')))).toContain('theo dõi **1 chủ đề**');
  await go(OTHER_READER, '/dulieu', 'Xóa dữ liệu của tôi', 'Xác nhận xóa');
  const rows = await bot.db.selectFrom('follows').select('person_id').execute();
  expect(rows.filter(({ person_id }) => person_id === id)).toEqual([]);
  expect(rows).toHaveLength(1);
});

test('who follows a topic hears, once a day, that its answer was changed', async () => {
  const id = await bot.addPerson(READER, 'An');
  await bot.follows.add(id, 'dang-phi/muc-dong');
  const change = async (short: string) => {
    const entry = bot.handbook.entry('dang-phi/muc-dong');
    if (!entry) throw new Error('no entry');
    const from = await bot.editing.numberOf(entry.id);
    return bot.editing.save({ entryId: entry.id, from, content: { ...contentOf(entry), short }, by: 'x', reason: 'y' });
  };
  expect(await bot.editing.addPhrasing('dang-phi/muc-dong', 'đóng đảng phí mấy phần trăm', 'x')).toBe('added');
  expect(await waiting()).toEqual([]);
  expect(await change('Đảng viên đóng hai phần trăm.')).toHaveProperty('saved');
  await change('Đảng viên đóng ba phần trăm.');
  expect(await waiting()).toMatchObject([{ chat_id: 'z1' }]);
  bot.clock.advance({ hours: 24 });
  await change('Đảng viên đóng bốn phần trăm.');
  expect(await waiting()).toHaveLength(2);
  expect((await waiting())[0]?.markdown).toContain('Cán bộ phụ trách vừa sửa nội dung');
});

test('whoever turns out to be the same person follows the topics of both', async () => {
  const [from, to] = [await bot.addPerson(READER, 'An'), await bot.addPerson(OTHER_READER, 'An')];
  await bot.follows.add(from, 'dang-phi/muc-dong');
  await bot.follows.add(from, 'dang-phi/mien-giam');
  await bot.follows.add(to, 'dang-phi/mien-giam');
  await bot.people.link(to, READER);
  expect((await bot.follows.of(to)).toSorted()).toEqual(['dang-phi/mien-giam', 'dang-phi/muc-dong']);
  expect(await bot.follows.of(from)).toEqual([]);
});

test('in a group nothing is followed and nothing recorded', async () => {
  const answer = textOf(await bot.sayInGroup(ADMIN, 'g', QUESTION));
  expect(answer).not.toContain('Theo dõi');
  expect(textOf(await bot.sayInGroup(ADMIN, 'g', LINES))).toContain('nhắn riêng');
});

test('only who answers for everybody may record; for others the button does not exist', async () => {
  const units = await bot.addUnits(['Đảng ủy xã A']);
  await bot.addPerson(LOWER, 'Lê Văn Cường', { role: 'officer', unitId: units.get('Đảng ủy xã A') });
  expect(textOf(await bot.say(LOWER, LINES))).toContain('chỉ cán bộ phụ trách toàn bộ mới ghi được');
  const preview = await bot.say(ADMIN, LINES);
  const old = textOf(await bot.press(LOWER, 'nonsense'));
  expect(textOf(await bot.press(LOWER, choiceOf(preview, 'Ghi')))).toBe(old);
  await bot.dialogs.open('telegram', '3', (await bot.dialogs.current('web', 'admin')) ?? { name: '', state: null });
  expect(textOf(await bot.press(LOWER, choiceOf(preview, 'Ghi')))).toBe(old);
  await bot.say(LOWER, 'ghi');
  expect(bot.registry.records()).toEqual([]);
  expect(textOf(await bot.say(READER, '/vanban moi'))).toContain('không thấy văn bản');
});

test('another process on the same database sees it with its next look', async () => {
  const documents = createDocuments(loadHandbook(directory).documents.all);
  const store = createDocumentsStore(bot.db, bot.clock);
  const other = createRegistry({ documents, store, clock: bot.clock, timeZone: 'Asia/Ho_Chi_Minh' });
  await other.refresh();
  await go(ADMIN, LINES, 'Ghi');
  expect(documents.get('9-QD/TW')).toBeUndefined();
  await other.refresh();
  expect(documents.get('1-QD/TW')).toMatchObject({ replaced_by: '9-QD/TW', in_force: false });
});

test('no answer of our own handbook has the warning: each was written with the replacements of the file in mind', () => {
  const { entries, documents } = loadHandbook('data/handbook');
  expect(entries.filter((entry) => overtaken(entry, documents).length > 0).map(({ id }) => id)).toEqual([]);
});
