import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { writeXlsx } from '../../src/spreadsheet/write-xlsx.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const ADMIN: AccountRef = { channel: 'telegram', userId: '1' };
const SECOND: AccountRef = { channel: 'zalo', userId: 'z2' };
const LOWER: AccountRef = { channel: 'telegram', userId: '3' };
const ASKER: AccountRef = { channel: 'zalo', userId: 'z4' };

const folder = temporaryFolder();
const directory = writeSmallHandbook(folder.path);
let bot: TestConversation;

beforeEach(async () => {
  bot = await openConversation([ADMIN, SECOND], directory);
});
afterEach(() => bot.db.destroy());
afterAll(() => folder[Symbol.dispose]());

/** Presses the button with this label under what was said. */
async function go(account: AccountRef, text: string, ...labels: string[]) {
  let replies = await bot.say(account, text);
  for (const label of labels) replies = await bot.press(account, choiceOf(replies, label));
  return replies;
}

const find = (account: AccountRef, ...labels: string[]) =>
  go(account, '/sotay mức đóng đảng phí', 'Đảng viên đóng đảng phí bao nhiêu?', ...labels);

async function changeShort(account: AccountRef, text: string) {
  await find(account, 'Sửa', 'Trả lời ngắn');
  await bot.press(account, choiceOf(await bot.say(account, text), 'Xem trước'));
}

test('an officer changes an answer part by part, sees it as people do, gives a reason; it counts at once', async () => {
  const shown = textOf(await find(ADMIN));
  expect(shown).toContain('Bản thảo, chưa được cấp ủy duyệt.');
  expect(shown).toContain('Chưa ai sửa mục này');
  const asked = textOf(await find(ADMIN, 'Sửa', 'Trả lời ngắn'));
  expect(asked).toContain('một phần trăm tiền lương');
  const menu = await bot.say(ADMIN, 'Đảng viên hưởng lương đóng hai phần trăm tiền lương mỗi tháng.');
  expect(textOf(menu)).toContain('Trả lời ngắn (đã sửa)');
  const preview = await bot.press(ADMIN, choiceOf(menu, 'Xem trước'));
  expect(textOf(preview)).toContain('hai phần trăm');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('một phần trăm');
  const why = await bot.press(ADMIN, choiceOf(preview, 'Ghi vào sổ tay'));
  expect(textOf(why)).toContain('Vì sao sửa?');
  expect(textOf(await bot.say(ADMIN, 'Nghị định mới'))).toContain('Đã ghi');
  const answer = textOf(await bot.say(ASKER, 'mức đóng đảng phí'));
  expect(answer).toContain('hai phần trăm');
  expect(answer).toContain('*Kiểm tra ngày 22/11/2026*');

  const versions = await find(ADMIN, 'Các bản trước');
  expect(textOf(versions)).toContain('Bản 1: 10:00 22/11/2026, quản trị viên: Nghị định mới');
  const original = await bot.press(ADMIN, choiceOf(versions, 'Xem bản gốc'));
  expect(textOf(original)).toContain('một phần trăm');
  await bot.press(ADMIN, choiceOf(original, 'Trở lại bản gốc'));
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('một phần trăm');
});

test('mistakes are told in Vietnamese, all at once; nothing is saved until they are mended', async () => {
  await find(ADMIN, 'Sửa', 'Câu hỏi');
  let menu = await bot.say(ADMIN, 'Ai được miễn đóng đảng phí');
  await bot.press(ADMIN, choiceOf(menu, 'Trả lời ngắn'));
  menu = await bot.say(ADMIN, `Hoà ${'rất dài '.repeat(40)}`);
  const preview = await bot.press(ADMIN, choiceOf(menu, 'Xem trước'));
  const text = textOf(preview);
  expect(text).toContain('Phải sửa trước khi ghi');
  expect(text).toContain('Trả lời ngắn: dài 323, nhiều nhất 280 ký tự.');
  expect(text).toContain('Trả lời ngắn: "Hoà": bỏ dấu kiểu "hòa, thủy" cho thống nhất.');
  expect(text).toContain('trùng với "Ai được miễn đóng đảng phí?"');
  expect(text).not.toContain('Ghi vào sổ tay');
  expect(text).not.toMatch(/phrasings|question:|undefined/);
});

test('the second of two officers is told, keeps what was typed, and can lay it over the other’s version', async () => {
  await changeShort(ADMIN, 'Đảng viên hưởng lương đóng hai phần trăm.');
  await find(SECOND, 'Sửa', 'Nội dung');
  const second = await bot.say(SECOND, 'Chi ủy thu vào ngày mùng năm.');
  await bot.say(ADMIN, '/trogiup');
  await bot.press(ADMIN, 'st.save');
  expect(textOf(await bot.say(ADMIN, 'lý do một'))).toContain('Đã ghi');

  const preview = await bot.press(SECOND, choiceOf(second, 'Xem trước'));
  await bot.press(SECOND, choiceOf(preview, 'Ghi vào sổ tay'));
  const told = await bot.press(SECOND, 'st.why.0');
  expect(textOf(told)).toContain('Những gì đồng chí gõ vẫn còn nguyên');
  expect(textOf(told)).toContain('lý do một');
  const merged = await bot.press(SECOND, choiceOf(told, 'Đặt phần tôi sửa lên bản mới'));
  expect(textOf(merged)).toContain('hai phần trăm');
  expect(textOf(merged)).toContain('mùng năm');
  await bot.press(SECOND, choiceOf(merged, 'Ghi vào sổ tay'));
  await bot.press(SECOND, 'st.why.0');
  const answer = textOf(await bot.say(ASKER, 'mức đóng đảng phí'));
  expect(answer).toContain('hai phần trăm');
  expect(answer).toContain('mùng năm');
});

test('an entry is added in a dialog, found at once, withdrawn, and brought back', async () => {
  let replies = await go(ADMIN, '/sotay moi', 'Sinh hoạt chi bộ');
  expect(textOf(replies)).toContain('Đồng chí gõ câu hỏi');
  await bot.say(ADMIN, 'Đảng viên đi làm xa có phải chuyển sinh hoạt không?');
  await bot.say(ADMIN, 'Đi từ ba tháng đến dưới mười hai tháng thì chuyển sinh hoạt tạm thời.');
  replies = await bot.press(ADMIN, 'st.none');
  expect(textOf(replies)).toContain('mỗi dòng một văn bản');
  expect(textOf(await bot.say(ADMIN, '99-QĐ/TW'))).toContain('Tôi không thấy văn bản');
  await bot.say(ADMIN, '2-QĐ/TW, Điều 5');
  await bot.press(ADMIN, 'st.ev.text');
  replies = await bot.say(ADMIN, 'đi làm ăn xa\nđi công nhân tỉnh khác');
  expect(textOf(replies)).toContain('- Quy định số 2-QĐ/TW, Điều 5');
  expect(textOf(replies)).toContain('Nên thêm cách hỏi khác: có 2');
  replies = await bot.press(ADMIN, choiceOf(replies, 'Ghi vào sổ tay'));
  expect(textOf(replies)).toContain('Đã ghi');
  expect(textOf(await bot.say(ASKER, 'di cong nhan tinh khac'))).toContain('chuyển sinh hoạt tạm thời');

  const why = await go(ADMIN, '/sotay đi làm ăn xa', 'Đảng viên đi làm xa', 'Rút khỏi sổ tay');
  await bot.press(ADMIN, choiceOf(why, 'Nội dung không còn đúng'));
  expect(textOf(await bot.say(ASKER, 'di cong nhan tinh khac'))).not.toContain('chuyển sinh hoạt tạm thời');
  const versions = await go(ADMIN, '/sotay', 'Các mục đã rút', 'Đảng viên đi làm xa');
  const back = await bot.press(ADMIN, choiceOf(versions, 'Xem bản 1'));
  await bot.press(ADMIN, choiceOf(back, 'Trở lại bản 1'));
  expect(textOf(await bot.say(ASKER, 'di cong nhan tinh khac'))).toContain('chuyển sinh hoạt tạm thời');
});

test('an officer of a lower unit proposes; who is responsible decides, the proposer is told', async () => {
  const units = await bot.addUnits(['Đảng bộ huyện A', 'Đảng ủy xã B | Đảng bộ huyện A']);
  await bot.addPerson(LOWER, 'Lê Văn Dưới', { role: 'officer', unitId: units.get('Đảng ủy xã B') });
  await find(LOWER, 'Đề xuất sửa', 'Trả lời ngắn');
  const menu = await bot.say(LOWER, 'Đảng viên đóng ba phần trăm.');
  const preview = await bot.press(LOWER, choiceOf(menu, 'Xem trước'));
  await bot.press(LOWER, choiceOf(preview, 'Gửi đề xuất'));
  expect(textOf(await bot.say(LOWER, 'theo thực tế'))).toContain('chưa thay đổi');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('một phần trăm');
  for (const id of ['st.ps', 'st.gone', 'st.review', 'dy']) {
    expect(textOf(await bot.press(LOWER, id)), id).toContain('Nút này đã cũ');
  }
  const proposal = await go(ADMIN, '/sotay', 'Đề xuất đang chờ (1)', 'Đảng viên đóng đảng phí');
  expect(textOf(proposal)).toContain('Lê Văn Dưới đề xuất: theo thực tế');
  await bot.press(ADMIN, choiceOf(proposal, 'Ghi vào sổ tay'));
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('ba phần trăm');
  const told = (): string[] => bot.notified.flatMap((one) => (one.userId === LOWER.userId ? one.markdown : []));
  expect(told()).toEqual([expect.stringContaining('đã được ghi vào sổ tay')]);
  for (const label of ['Không dùng', 'Ghi vào sổ tay']) {
    expect(textOf(await bot.press(ADMIN, choiceOf(proposal, label)))).toContain('đã có đồng chí khác xử lý');
  }
  expect(told()).toHaveLength(1);

  await find(LOWER, 'Đề xuất sửa', 'Trả lời ngắn');
  await bot.say(LOWER, 'Đảng viên đóng bốn phần trăm.');
  await bot.press(LOWER, 'st.save');
  await bot.press(LOWER, 'st.why.0');
  await go(ADMIN, '/sotay', 'Đề xuất đang chờ (1)', 'Đảng viên đóng đảng phí', 'Sửa rồi mới ghi');
  expect(textOf(await bot.press(ADMIN, 'st.save'))).toContain('Đã ghi');
  expect(told()[1]).toContain('đã được xem, sửa lại và ghi vào sổ tay');
  expect(await bot.editing.proposals()).toEqual([]);
});

test('a proposer can press nothing in that is wrong or has no field, and propose so much only', async () => {
  const units = await bot.addUnits(['Đảng bộ huyện A', 'Đảng ủy xã B | Đảng bộ huyện A']);
  const author = await bot.addPerson(LOWER, 'Lê Văn Dưới', { role: 'officer', unitId: units.get('Đảng ủy xã B') });
  await bot.say(LOWER, '/sotay moi');
  for (const button of ['st.save', 'st.preview', 'st.why.0']) {
    expect(textOf(await bot.press(LOWER, button)), button).toContain('thuộc lĩnh vực nào');
  }
  await find(LOWER, 'Đề xuất sửa', 'Trả lời ngắn');
  await bot.say(LOWER, 'x'.repeat(2000));
  await bot.press(LOWER, 'st.save');
  expect(textOf(await bot.press(LOWER, 'st.why.0'))).toContain('Phải sửa trước khi ghi');
  const entry = bot.handbook.entries[0];
  if (!entry) throw new Error('an empty handbook');
  const proposal = { entryId: entry.id, from: 0, content: entry, author, reason: 'thử' };
  for (let i = 0; i < 20; i++) await bot.editing.propose(proposal);
  await find(LOWER, 'Đề xuất sửa', 'Trả lời ngắn');
  await bot.say(LOWER, 'Đảng viên đóng ba phần trăm.');
  await bot.press(LOWER, 'st.save');
  expect(textOf(await bot.press(LOWER, 'st.why.0'))).toContain('20 đề xuất chờ xem');
  expect(await bot.editing.proposals()).toHaveLength(20);
});

test('who approved an entry is named to those who may approve only', async () => {
  const units = await bot.addUnits(['Đảng bộ huyện A', 'Đảng ủy xã B | Đảng bộ huyện A']);
  await bot.addPerson(LOWER, 'Lê Văn Dưới', { role: 'officer', unitId: units.get('Đảng ủy xã B') });
  const entry = bot.handbook.entries[0];
  if (!entry) throw new Error('an empty handbook');
  await bot.approvals.approve(entry, await bot.roles.actor(ADMIN), 'Đảng ủy A');
  const show = async (account: AccountRef): Promise<string> => textOf(await bot.press(account, `st.e.${entry.key}`));
  expect(await show(ADMIN)).toContain('Người duyệt: quản trị viên');
  expect(await show(LOWER)).toContain('Đảng ủy A');
  expect(await show(LOWER)).not.toContain('Người duyệt');
});

test('drafts are approved one tap each; an approval lapses with the words, and after a year', async () => {
  let walk = await go(ADMIN, '/duyet', 'Đảng phí (2)');
  expect(textOf(walk)).toContain('còn 2 mục. Bản thảo: chưa ai duyệt');
  const list = await bot.press(ADMIN, choiceOf(walk, 'Danh sách bản thảo'));
  expect(textOf(list)).toContain('**Đảng phí**: 2 bản thảo');
  expect(textOf(await bot.press(ADMIN, choiceOf(list, 'Ai được miễn')))).toContain('[Duyệt]');
  const stale = choiceOf(walk, 'Duyệt');
  walk = await bot.press(ADMIN, stale);
  expect(textOf(walk)).toContain('Đã duyệt.');
  expect(textOf(walk)).toContain('còn 1 mục');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('*Đã duyệt ngày 22/11/2026.*');
  walk = await bot.press(ADMIN, choiceOf(walk, 'Bỏ qua'));
  expect(textOf(walk)).toContain('Còn 1 mục đồng chí đã bỏ qua');

  await changeShort(ADMIN, 'Đảng viên hưởng lương đóng hai phần trăm.');
  await bot.press(ADMIN, 'st.save');
  await bot.press(ADMIN, 'st.why.1');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('*Bản thảo, chưa được cấp ủy duyệt.*');
  expect(textOf(await find(ADMIN))).toContain('Bản thảo: đã sửa sau khi duyệt');
  expect(textOf(await bot.press(ADMIN, stale))).toContain('tôi chưa duyệt');

  await find(ADMIN, 'Duyệt');
  expect(textOf(await find(ADMIN))).toContain('Người duyệt: quản trị viên.');
  // A way of asking is not what was approved.
  expect(await bot.editing.addPhrasing('dang-phi/muc-dong', 'đóng mấy đồng tiền đảng', 'cli')).toBe('added');
  expect(textOf(await bot.say(ASKER, 'đóng mấy đồng tiền đảng'))).toContain('*Đã duyệt ngày');
  bot.clock.advance({ hours: 24 * 366 });
  expect(textOf(await find(ADMIN))).toContain('đã quá 12 tháng');
});

test('phrasings of users: known ones, slips and long ones are not added', async () => {
  const add = (text: string) => bot.editing.addPhrasing('dang-phi/muc-dong', text, 'cli');
  expect(await add('Miễn giảm   đảng phí?')).toBe('known');
  expect(await add('đóng đxảng phí')).toBe('refused');
  expect(await add('tiền '.repeat(50))).toBe('refused');
  expect(await bot.editing.addPhrasing('dang-phi/khong-co', 'x', 'cli')).toBe('gone');
  expect(await add('lương hưu đóng bao nhiêu.')).toBe('added');
  expect(bot.handbook.entry('dang-phi/muc-dong')?.phrasings.at(-1)).toBe('lương hưu đóng bao nhiêu');
});

test('the handbook goes out as a spreadsheet and comes back with its changes shown first', async () => {
  const replies = await bot.say(ADMIN, '/sotay xuat');
  const bytes = replies[0]?.file?.bytes ?? new Uint8Array();
  expect(textOf(await bot.send(ADMIN, bytes))).toContain('thêm mới 0, sửa 0, giữ nguyên 3 mục');

  const changed = await rewrite(bytes, (rows) => {
    const [titles = [], first = []] = rows;
    const short = titles.indexOf('Trả lời ngắn');
    first[short] = 'Đảng viên đóng năm phần trăm.';
    const added = titles.map((title, i) =>
      ['Mã mục', 'Bản', 'Cách hỏi khác'].includes(title) ? '' : (first[i] ?? ''),
    );
    added[titles.indexOf('Câu hỏi')] = 'Ai giữ sổ thu tiền của chi bộ?';
    added[short] = 'Chi ủy viên phụ trách tài chính giữ sổ thu.';
    rows.push(added);
  });
  const preview = await bot.send(ADMIN, changed);
  expect(textOf(preview)).toContain('thêm mới 1, sửa 1, giữ nguyên 2 mục');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('một phần trăm');
  expect(textOf(await bot.press(ADMIN, choiceOf(preview, 'Nhập')))).toContain('Đã nhập 2 mục');
  const log = await bot.audit.list({ all: true }, { offset: 0, limit: 5 });
  expect(log).toMatchObject([{ action: 'handbook changed', detail: { added: 1, updated: 1 } }]);
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('năm phần trăm');
  expect(textOf(await bot.say(ASKER, 'ai giữ sổ thu tiền của chi bộ'))).toContain('Chi ủy viên');

  // The first file is older than what it would change now.
  const stale = await rewrite(bytes, ([titles = [], first = [], second = []]) => {
    first[titles.indexOf('Trả lời ngắn')] = 'Cũ.';
    second[titles.indexOf('Lĩnh vực')] = 'không có';
    second[titles.indexOf('Ngày kiểm tra')] = 'hôm qua';
  });
  const told = textOf(await bot.send(ADMIN, stale));
  expect(told).toContain('Hàng 2, cột Bản: mục này đã được sửa sau khi xuất tệp');
  expect(told).toContain('Hàng 3, cột Lĩnh vực: không có lĩnh vực này; ghi một trong: Đảng phí; Sinh hoạt chi bộ.');
  expect(told).toContain('Hàng 3, cột Ngày kiểm tra: ghi ngày như 2026-11-21.');
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('năm phần trăm');
});

async function rewrite(bytes: Uint8Array, change: (rows: string[][]) => void): Promise<Uint8Array> {
  const [sheet] = (await readSpreadsheet(bytes, { keepLines: true })).sheets;
  const rows = sheet?.rows.map(({ cells }) => [...cells]) ?? [];
  change(rows);
  return writeXlsx([{ name: sheet?.name ?? '', rows, titles: 0, widths: [] }]);
}

test('a replaced document: approvals lapse, its entries are first to be looked at, a mended word does not hide it', async () => {
  const before = choiceOf(await find(ADMIN), 'Duyệt');
  await bot.press(ADMIN, before);
  await bot.say(ADMIN, '/vanban moi\nSố hiệu: Quy định số 9-QĐ/TW\nNgày ban hành: 15/11/2026\nThay cho: 1-QĐ/TW');
  const saved = await bot.press(ADMIN, 'vbm.save');
  expect(textOf(saved)).toContain('2 câu trả lời');
  expect(textOf(await find(ADMIN))).toContain('văn bản làm căn cứ đã thay đổi sau khi duyệt');
  expect(textOf(await bot.press(ADMIN, before))).toContain('tôi chưa duyệt');
  bot.clock.advance({ hours: 48 });
  await changeShort(ADMIN, 'Đảng viên hưởng lương đóng một phần trăm.');
  await bot.press(ADMIN, 'st.save');
  await bot.press(ADMIN, 'st.why.2');
  const answer = textOf(await bot.say(ASKER, 'mức đóng đảng phí'));
  expect(answer).toContain('được 9-QĐ/TW thay');
  expect(answer).toContain('đang được rà soát');
  expect(answer).toContain('Bản thảo');
  await bot.say(ASKER, 'mức đóng đảng phí');
  const walk = await go(ADMIN, '/duyet', 'Có văn bản thay đổi (2)');
  expect(textOf(walk)).toContain('đóng đảng phí bao nhiêu?');
  expect(textOf(walk)).toContain('còn 3 mục');
  await bot.press(ADMIN, choiceOf(walk, 'Duyệt'));
  const approved = textOf(await bot.say(ASKER, 'mức đóng đảng phí'));
  expect(approved).toContain('Đã duyệt ngày 24/11/2026');
  expect(approved).not.toContain('đang được rà soát');
});

test('who had their data erased is no longer named by what they changed, proposed and approved', async () => {
  const units = await bot.addUnits(['Đảng bộ huyện A']);
  const id = await bot.addPerson(LOWER, 'Lê Văn Trên', { role: 'officer', unitId: units.get('Đảng bộ huyện A') });
  await changeShort(LOWER, 'Đảng viên đóng ba phần trăm.');
  await bot.press(LOWER, 'st.save');
  await bot.press(LOWER, 'st.why.1');
  await find(LOWER, 'Duyệt');
  expect(textOf(await find(ADMIN))).toContain('Đã duyệt ngày 22/11/2026 (Đảng bộ huyện A), đến hết 22/11/2027');
  expect(textOf(await find(ADMIN, 'Các bản trước'))).toContain('Lê Văn Trên: Theo văn bản mới');
  const content = bot.handbook.entries[0];
  if (content) await bot.editing.propose({ entryId: content.id, from: 0, content, author: id, reason: 'x' });
  expect(textOf(await bot.say(LOWER, '/dulieu'))).toMatch(/Nhật ký:\*\* \d việc có ghi tên/);
  await bot.erasure.erase(LOWER);
  expect(textOf(await find(ADMIN, 'Các bản trước'))).toContain('người đã xóa dữ liệu: Theo văn bản mới');
  const kept = await Promise.all([
    bot.db.selectFrom('handbook_versions').select('author as who').execute(),
    bot.db.selectFrom('handbook_proposals').select('author as who').execute(),
    bot.db.selectFrom('handbook_approvals').select('by as who').execute(),
  ]);
  expect(kept.flat()).toEqual([{ who: 'erased' }, { who: 'erased' }, { who: 'erased' }]);
});

test('an entry that was changed here and in a release is shown with both, until somebody decides', async () => {
  await changeShort(ADMIN, 'Đảng viên đóng ba phần trăm.');
  await bot.press(ADMIN, 'st.save');
  await bot.press(ADMIN, 'st.why.1');
  const release = () => bot.db.updateTable('handbook_versions').set({ base: 'another file' }).execute();
  await release();
  const home = await bot.say(ADMIN, '/sotay');
  expect(textOf(home)).toContain('Có 1 mục mà bản phát hành mới cũng đã sửa');
  const list = await bot.press(ADMIN, choiceOf(home, 'Cần xem lại (1)'));
  const both = await bot.press(ADMIN, choiceOf(list, 'Đảng viên đóng đảng phí'));
  expect(textOf(both)).toMatch(/Bản đang dùng:[\s\S]*ba phần trăm[\s\S]*Bản phát hành mới:[\s\S]*một phần trăm/);
  await bot.press(ADMIN, choiceOf(both, 'Giữ bản đang dùng'));
  expect(textOf(await bot.say(ADMIN, '/sotay'))).not.toContain('Cần xem lại');
  await release();
  await bot.press(ADMIN, choiceOf(both, 'Dùng bản phát hành mới'));
  expect(textOf(await bot.say(ASKER, 'mức đóng đảng phí'))).toContain('một phần trăm');
  expect(textOf(await bot.say(ADMIN, '/sotay'))).not.toContain('Cần xem lại');
});
