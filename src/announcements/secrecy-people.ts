import { findNames } from './secrecy-names.ts';
import { asGateText, findPhrases, type GateText, type Place } from './secrecy-text.ts';

const DISCIPLINE = (
  'kỷ luật, khai trừ, cảnh cáo, khiển trách, cách chức, vi phạm, xóa tên, tố cáo, khiếu nại, đình chỉ sinh hoạt, ' +
  'đình chỉ chức vụ, đơn thư, khởi tố, tạm giam, tham ô, hối lộ, suy thoái'
).split(', ');
const PERSONNEL = (
  'quy hoạch, bổ nhiệm, miễn nhiệm, bãi nhiệm, điều động, luân chuyển, biệt phái, nhân sự, lý lịch, tín nhiệm, ' +
  'thôi giữ chức, từ chức, kê khai tài sản, giới thiệu ứng cử'
).split(', ');

/** Discipline that a class or a cell keeps, plans of land and roads: no matter of a person. */
const KEPT = /(?:chap hanh|giu|giu gin|giu nghiem|tang cuong|siet chat|y thuc|thuc hien nghiem)(?: [a-z,]+){0,2} $/;
const IN_GENERAL =
  /^ ?(?:phat ngon|lop hoc|lao dong|hoc tap|ky cuong|chung|su dung|dat|do thi|xay dung|giao thong|nong thon|chi tiet|phan khu|tinh|vung)/;

/** UTF-16 units before a name or a matter that say what it is; a look at all of them for each would take seconds. */
const LONGEST_BEFORE = 100;
/** Right before a name: who teaches, leads or is to be asked. */
const ACTS_BEFORE =
  /(?:bao cao vien|giang vien|dien gia|trinh bay|truyen dat|chu tri|chi dao|phu trach|gap|hoi|goi|(?:lien he|dang ky|nop|gui|bao)[^.:;]{0,40})(?: (?:la|voi|cho|ve))? ?[:-]? ?(?:(?:cac )?(?:dong chi|d\/c|dc|ong|ba|anh|chi|thay|co) )?$/;
/** After a name: the same. "dự" and not "dự kiến". */
const ACTS_AFTER =
  /(?<![a-z])(?:trinh bay|truyen dat|bao cao|gioi thieu|huong dan|quan triet|giang|len lop|pho bien|nhac|giai dap|phu trach|trien khai|phat bieu|chu tri|chi dao|trao doi|noi chuyen|du(?! (?:kien|bi|thao|an|phong)))(?![a-z])/;
/** A matter that is taught or discussed as such. */
const TOPIC =
  /(?:chuyen de|bai|noi dung|luat|quy dinh|chi thi|huong dan|nghi quyet|cong tac|lop|hoi nghi|tap huan|quy trinh|nguyen tac)(?![a-z])/;
/** Between the matter and the person whom it is done to: "kỷ luật đối với đồng chí". */
const OBJECT =
  /^ ?(?:doi voi|cua|ve|cho|voi)? ?(?:truong hop |doi tuong )?(?:cac )?(?:dong chi|d\/c|dc|ong|ba|anh|chi|dang vien|quan chung|can bo)? ?$/;
/** Right before the matter: what is done to somebody, whatever else they do. */
const DONE_TO = /(?:bi|hinh thuc|chiu|nhan|xet|xu ly|thi hanh|duoc|se|dau hieu|xin|co)(?: ky luat)? $/;

/** A line such as "Đảng viên: …": what the rest of the text is about. */
const FIELD =
  /^ ?(?:[-+•] ?|\d+[.)] ?)?(?:ho (?:va )?ten|ten|dang vien|doi tuong|can bo|quan chung|nguoi bi [a-z ]+|dong chi) ?:/;

/** Words of discipline or personnel that stand beside a person's name. */
export function findMatters(text: GateText, kind: 'discipline' | 'personnel'): Place[] {
  const words = kind === 'discipline' ? DISCIPLINE : PERSONNEL;
  return sentences(text).flatMap(({ start, own, about }) => {
    const names = findNames(own);
    if (names.length === 0) return [];
    const matters = mattersIn(own, words);
    const pair = pairs(names, matters).find(({ name, matter }) => !acts(own, name, matter));
    if (pair) {
      const [from, to] = [Math.min(pair.name.start, pair.matter.start), Math.max(pair.name.end, pair.matter.end)];
      return [{ start: start + from, end: start + to, exact: true }];
    }
    const [name] = names;
    const isAbout = about && mattersIn(about, words).length > 0;
    return name && isAbout ? [{ start: start + name.start, end: start + name.end, exact: true }] : [];
  });
}

/** One by one, since the first is mostly enough. */
function* pairs(names: readonly Place[], matters: readonly Place[]): Generator<{ name: Place; matter: Place }> {
  for (const name of names) for (const matter of matters) yield { name, matter };
}

function mattersIn(text: GateText, words: readonly string[]): Place[] {
  return findPhrases(text, words).filter(
    (place) => !KEPT.test(rightBefore(text.folded, place)) && !IN_GENERAL.test(text.folded.slice(place.end)),
  );
}

function rightBefore(folded: string, { start }: Place): string {
  return folded.slice(Math.max(start - LONGEST_BEFORE, 0), start);
}

/** Whether the person is named as one who teaches, leads or helps, and not as the one whom the matter is about. */
function acts({ folded }: GateText, name: Place, matter: Place): boolean {
  if (!TOPIC.test(folded.slice(0, matter.start))) return false;
  const before = rightBefore(folded, name);
  if (matter.start >= name.end) {
    if (DONE_TO.test(rightBefore(folded, matter))) return false;
    return ACTS_BEFORE.test(before) || ACTS_AFTER.test(folded.slice(name.end, matter.start));
  }
  const between = folded.slice(matter.end, name.start);
  return !OBJECT.test(between) && (ACTS_BEFORE.test(between) || ACTS_AFTER.test(folded.slice(name.end)));
}

interface Sentence {
  /** Where it begins in the text. */
  start: number;
  own: GateText;
  /** What it is about: the heading of its list, or the text whose field it fills. */
  about: GateText | undefined;
}

function sentences(text: GateText): Sentence[] {
  const found: Sentence[] = [];
  let heading: GateText | undefined;
  let at = 0;
  for (const line of text.plain.split('\n')) {
    const own = asGateText(line);
    const isItem = /^ ?(?:[-+•]|\d{1,3}[.)])/.test(line);
    if (!isItem) heading = undefined;
    const about = heading ?? (FIELD.test(own.folded) ? text : undefined);
    let start = 0;
    for (const part of line.split(/(?<=[.!?;])(?= |$)/)) {
      found.push({ start: at + start, own: asGateText(part), about });
      start += part.length;
    }
    if (/: ?$/.test(line)) heading = own;
    at += line.length + 1;
  }
  return found;
}
