import { clauseBefore, findPhrases, type GateText, type Place } from './secrecy-text.ts';

/** What says by itself that a paper is not for everybody. */
const RESTRICTED = [
  'lưu hành nội bộ',
  'lưu hành trong nội bộ',
  'tài liệu nội bộ',
  'văn bản nội bộ',
  'không phổ biến',
  'không được phổ biến',
  'chưa được phổ biến',
  'cấm phổ biến',
  'hạn chế phổ biến',
  'không lưu hành',
];
/** "This habit is not common" says nothing about a paper. */
const UNCOMMON =
  /(?:hien tuong|tinh trang|truong hop|cach lam|thoi quen|viec)(?: [a-z]+){0,3} $|(?:van con|con|rat|tuy|chua|la) $/;

const SECRET_PAPERS = (
  'tài liệu, văn bản, công văn, hồ sơ, báo cáo, kế hoạch, nghị quyết, kết luận, chỉ thị, thông báo, bản, dấu, chế độ, ' +
  'độ, mức độ, mức, loại, thông tin'
)
  .split(', ')
  .flatMap((paper) => [`${paper} mật`, `${paper} tối mật`]);
const STATE_SECRETS = (
  'thuộc bí mật nhà nước, chứa bí mật nhà nước, có nội dung bí mật nhà nước, là bí mật nhà nước, ' +
  'danh mục bí mật nhà nước, tài liệu bí mật, văn bản bí mật, thông tin bí mật'
).split(', ');
/** Without marks these papers are secret ("tai lieu mat"); of others it may be said that they are lost ("bao cao mat"). */
const SURE_WITHOUT_MARKS = /^(?:tai lieu|van ban|cong van|dau|che do|do|muc do|toi|tuyet)/;

/** "Do not send secret papers by Zalo" is an announcement that must reach everybody. */
const FORBIDS =
  /(?:^|[^a-z])(?:khong|nghiem cam)(?: (?:duoc|nen|tuy tien|cho phep))? (?:gui|dang|dua|chia se|chuyen|mang|chup|soan|trao doi|de lo|lam lo|lo|noi|sao|phat tan)(?![a-z])/;
/** A law and a course about secrets are none. */
const TAUGHT =
  /(?:luat|phap lenh|nghi dinh|tap huan|chuyen de|boi duong|quy trinh)(?! (?:va|cung|kem)(?![a-z]))(?: [a-z,]+){0,8} $/;

/** Words that "mật" is a part of. */
const BEFORE_COMPOUND = /(?:^|[^a-z])(?:bao|bi|co|than) ?$/;
const AFTER_COMPOUND = /^ ?(?:khau|do|ma|thiet|vu|danh|thu|phieu|ong|hieu|lenh|nghi|dan|thong|gau)(?![a-z])/;
const STAMP = /(?<![a-z0-9])(?:(?:toi|tuyet) )?mat(?![a-z0-9])/g;
/** Letters set apart: "M Ậ T", "m.ậ.t". */
const SPACED = /(?<![a-z0-9])(?:[a-z][ .\-/]{1,3}){2,}[a-z](?![a-z0-9])/g;
/** "45-KH/ĐU-M", "07/BC-ĐU(M)": the letters that the number of a secret paper ends with. */
const SECRET_NUMBER = /\d ?[-/] ?[a-z\d/ -]{0,25}(?:\/[a-z]{1,10}-t?m(?![a-z0-9])|\(t?m\))/g;

/** Marks of secret and restricted papers. */
export function findStamps(text: GateText): Place[] {
  const { folded } = text;
  const restricted = findPhrases(text, RESTRICTED).filter(({ start }) => !UNCOMMON.test(clauseBefore(text, start)));
  const papers = findPhrases(text, SECRET_PAPERS).filter(
    ({ start, end, exact }) =>
      (exact || SURE_WITHOUT_MARKS.test(folded.slice(start))) && !AFTER_COMPOUND.test(folded.slice(end)),
  );
  const named = [...papers, ...findPhrases(text, STATE_SECRETS)].filter(
    ({ start }) => !TAUGHT.test(clauseBefore(text, start)),
  );
  const spaced = [...folded.matchAll(SPACED)]
    .filter(({ 0: found }) => /^(?:toi|tuyet)?mat$|^luuhanhnoibo$/.test(found.replace(/[^a-z]/g, '')))
    .map(({ index, 0: found }) => ({ start: index, end: index + found.length, exact: true }));
  const numbers = [...folded.matchAll(SECRET_NUMBER)].map(({ index, 0: found }) => ({
    start: index,
    end: index + found.length,
    exact: true,
  }));
  return [
    ...restricted,
    ...spaced,
    ...numbers,
    ...[...named, ...stampsAlone(text)].filter(({ start }) => !FORBIDS.test(clauseBefore(text, start))),
  ];
}

/** "Mật", "TỐI MẬT" by itself: a line, in brackets, after a colon, or with a capital where there would be none. */
function stampsAlone({ plain, folded }: GateText): Place[] {
  return [...folded.matchAll(STAMP)].flatMap(({ index: start, 0: found }) => {
    const end = start + found.length;
    const typed = plain.slice(start, end);
    const [known] = findPhrases({ plain: typed, folded: found }, ['mật', 'tối mật', 'tuyệt mật']);
    const before = folded.slice(folded.lastIndexOf('\n', start - 1) + 1, start);
    const after = folded.slice(end).replace(/\n.*$/s, '');
    if (!known || (found === 'mat' && (BEFORE_COMPOUND.test(before) || AFTER_COMPOUND.test(after)))) return [];
    const line = plain.slice(start - before.length, end + after.length);
    const isMixed = /\p{Ll}/u.test(line);
    const isShouted = isMixed && typed === typed.toUpperCase() && !SHOUTED_BEFORE.test(line.slice(0, before.length));
    const stops =
      (/^[^a-z]*$/.test(before) && /^[^a-z]*$/.test(after)) ||
      (/[([{"'|:-] ?$/.test(before) && /^ ?(?:[)\]}"'|.,;]|$)/.test(after)) ||
      (isShouted && !/^ \p{Lu}{2}/u.test(plain.slice(end))) ||
      (known.exact &&
        isMixed &&
        /^\p{Lu}/u.test(typed) &&
        /[a-z][^.!?]*$/.test(before) &&
        !/^ \p{Lu}/u.test(plain.slice(end))) ||
      (known.exact && found !== 'mat') ||
      found.startsWith('tuyet');
    return stops ? [{ start, end, exact: known.exact }] : [];
  });
}

const SHOUTED_BEFORE = /\p{Lu}{2,} $/u;
