import { fold } from '../search/fold.ts';
import { marksAgree, type GateText, type Place } from './secrecy-text.ts';

/** Family names that nine in ten people have, and some more. */
const FAMILY_NAMES = Map.groupBy(
  (
    'nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn lâm mai trương đào ' +
    'cao hà lương lưu phùng tạ thái tô tống triệu vương quách chu châu giàng sùng lò vàng tòng quàng cầm lường ' +
    'nông hứa kiều la lục mạc nghiêm ninh ông phí thân thạch tăng từ vi viên'
  ).split(' '),
  (name) => fold(name),
);
/** What is written before a name. */
const TITLE = /(?:đồng chí|đ\/c|đc|ông|bà|anh|chị|cụ|bác|cô|đảng viên|quần chúng|cán bộ)\.? ?:? ?$/iu;
/** With a capital after a title, and no name: "đồng chí Bí thư". */
const POSITION =
  /^(?:Bí|Phó|Chủ|Trưởng|Thường|Ủy|Uỷ|Giám|Hiệu|Đảng|Chi|Thủ|Tổng|Chính|Ban|Lớp|Báo|Giảng|Đại|Tỉnh|Huyện|Xã)$/u;
/** Places, schools and models that bear a person's name: "đường Trần Phú", "phong cách Hồ Chí Minh". */
const NAMED_AFTER =
  /(?:đường|phố|trường|hội trường|xã|phường|thôn|tổ|khu|thành phố|tp\.?|huyện|quận|tư tưởng|phong cách|đạo đức|gương|chủ tịch|giải|cầu|chợ|làng|bệnh viện|thpt|thcs|chính trị) $/iu;

/** UTF-16 units before a name that say what it is; a look at all of them for each name would take seconds. */
const LONGEST_BEFORE = 40;

/** A capital, then small letters; or one capital ("Nguyễn Văn A"). */
const CAPITALISED = String.raw`\p{Lu}[\p{Ll}]*`;
const RUN = new RegExp(`(?<![\\p{L}\\p{N}])${CAPITALISED}(?: ${CAPITALISED}){0,4}(?![\\p{L}])`, 'gu');

/** In capitals or without any: "dong chi nguyen van a", "TRẦN THỊ B". */
const FLAT =
  /(?<![a-z0-9])(?:(dong chi|d\/c|dc|ong|ba|anh|chi|dang vien|quan chung) )?([a-z]+) (van|thi) ([a-z]+)(?![a-z])/g;
/** Syllables that without marks are family names as well as half of common words. */
const DOUBTFUL = new Set([
  'do',
  'dang',
  'ho',
  'to',
  'la',
  'chu',
  'thai',
  'tu',
  'vi',
  'thân',
  'than',
  'vien',
  'ong',
  'cao',
]);

/** Where people are named in a sentence. */
export function findNames(text: GateText): Place[] {
  const isFlat = !/\p{Lu}\p{Ll}/u.test(text.plain) || !/\p{Ll} \p{Lu}/u.test(text.plain);
  return isFlat ? [...flatNames(text), ...capitalisedNames(text)] : capitalisedNames(text);
}

function capitalisedNames({ plain }: GateText): Place[] {
  return [...plain.matchAll(RUN)].flatMap(({ index, 0: run }) => {
    const before = plain.slice(Math.max(index - LONGEST_BEFORE, 0), index);
    const [first = '', ...others] = run.split(' ');
    const titled = TITLE.test(before) && !POSITION.test(first);
    // Of two words it may as well be a place: "Hà Nội", "Lâm Đồng".
    const family = others.length >= 2 && familyName(first) !== undefined;
    return (titled || family) && !NAMED_AFTER.test(before)
      ? [{ start: index, end: index + run.length, exact: true }]
      : [];
  });
}

/** Whether it has the marks of a family name; false: none at all; undefined: it is no family name. */
function familyName(word: string): boolean | undefined {
  const agree = (FAMILY_NAMES.get(fold(word)) ?? []).map((name) => marksAgree(word, name));
  return agree.includes(true) || (agree.includes(false) ? false : undefined);
}

function flatNames({ plain, folded }: GateText): Place[] {
  return [...folded.matchAll(FLAT)].flatMap(({ index, 0: found, 1: title, 2: family = '', 3: middle = '' }) => {
    const start = index + (title === undefined ? 0 : title.length + 1);
    const second = start + family.length + 1;
    const exact = familyName(plain.slice(start, start + family.length));
    const between = marksAgree(plain.slice(second, second + middle.length), middle === 'van' ? 'văn' : 'thị');
    if (exact === undefined || between === undefined) return [];
    if (!exact && title === undefined && DOUBTFUL.has(family)) return [];
    return [{ start, end: index + found.length, exact }];
  });
}
