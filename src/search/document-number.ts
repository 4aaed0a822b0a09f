import { fold } from './fold.ts';

/** What the finder needs of an official document. */
interface Numbered {
  id: string;
  number: string;
  in_force: boolean | 'unknown';
}

/** "24-QĐ/TW" taken apart: number, kind (qd, hd, …) and issuer (tw, btctw, …) as far as they were given. */
interface DocumentNumber {
  number: string;
  kind: string;
  issuer: string;
  year: string;
}

const KINDS: Record<string, string> = {
  'quy dinh': 'qd',
  'quyet dinh': 'qd',
  'huong dan': 'hd',
  'nghi quyet': 'nq',
  'chi thi': 'ct',
  'ket luan': 'kl',
  'quy che': 'qc',
  'cong van': 'cv',
  'thong bao': 'tb',
  'thong tri': 'tt',
  'dieu le': 'dl',
  'ke hoach': 'kh',
  'nghi dinh': 'nd',
  'thong tu': 'tt',
  luat: 'luat',
};
const WORD = Object.keys(KINDS).join('|');
const SHORT = 'qd|qdi|hd|nq|ct|kl|qc|cv|tb|tt|kh|nd|dl';
const ISSUER = '(?:[-/ ]?(tw|tu|btctw|ubkttw|vptw|btgtw|btgdvtw|bdvtw|bbt|bct|cp|qh\\d*))?';
const YEAR = '(?:\\D{0,12}\\b((?:19|20)\\d\\d)\\b)?';
/** The kind before the number: "quy định số 24", "QĐ 24-QĐ/TW", "qd24". */
const KIND_FIRST = new RegExp(
  `\\b(${WORD}|${SHORT})\\s*(?:so\\s*)?(\\d{1,4})(?![\\d%])(?:\\s*[-/ ]\\s*(?:${SHORT})\\b)?${ISSUER}\\b${YEAR}`,
  'g',
);
/** The number before the kind: "24-QĐ/TW", "24 qd tw". */
const NUMBER_FIRST = new RegExp(`\\b(\\d{1,4})\\s*[-/ ]?\\s*(${SHORT})\\b${ISSUER}\\b${YEAR}`, 'g');

/** Document numbers in a folded text, however they are written. */
function documentNumbers(folded: string): DocumentNumber[] {
  const found: DocumentNumber[] = [];
  const rest = plainDashes(folded).replace(KIND_FIRST, (_, kind: string, number: string, issuer = '', year = '') => {
    found.push({ number: trimZeros(number), kind: KINDS[kind] ?? shortKind(kind), issuer, year });
    return ' ';
  });
  for (const [, number = '', kind = '', issuer = '', year = ''] of rest.matchAll(NUMBER_FIRST)) {
    found.push({ number: trimZeros(number), kind: shortKind(kind), issuer, year });
  }
  return found;
}

function plainDashes(text: string): string {
  return text.replace(/[\u2010-\u2015\u2212]/g, '-');
}

/** What people put around a document's number without asking anything else about it. Folded. */
const AROUND =
  /\b(?:van ban|so hieu|so|cua|trung uong|tw|con hieu luc|hieu luc|khong|ko|chua|het|gi|la|noi ve|ve|nam|ban|nao|thay|bi|da|duoc|bang|moi|xem|tra|cuu|tim|toan van)\b/g;

/** Whether a text names a document and asks nothing more than what that document is, or whether it is in force. */
export function isDocumentAlone(text: string): boolean {
  const folded = plainDashes(fold(text));
  const rest = folded.replace(KIND_FIRST, ' ').replace(NUMBER_FIRST, ' ');
  return rest !== folded && !/[a-z0-9]/.test(rest.replace(AROUND, ' '));
}

function shortKind(kind: string): string {
  return kind === 'qdi' ? 'qd' : kind;
}

function trimZeros(number: string): string {
  return number.replace(/^0+(?=\d)/, '');
}

/**
 * Finds documents by what a person types of their number. A number alone is enough when it is in the registry; a year,
 * kind or issuer narrows it down. Documents in force come first. The registry may change meanwhile.
 */
export function createDocumentFinder<D extends Numbered>(documents: { all: readonly D[] }): (text: string) => D[] {
  let read: readonly D[] = [];
  let known: { document: D; parsed: DocumentNumber | undefined; plain: string }[] = [];

  /** Read again when the registry has changed: then it gives another array. */
  function present(): typeof known {
    if (read !== documents.all) {
      read = documents.all;
      known = read.map((document) => {
        const [parsed] = documentNumbers(fold(document.number));
        const year = /(?:\(|-)((?:19|20)\d\d)\)?/.exec(`${document.id} ${document.number}`)?.[1] ?? '';
        return { document, parsed: parsed && { ...parsed, year: parsed.year || year }, plain: plain(document.number) };
      });
    }
    return known;
  }

  const order = (a: D, b: D): number => Number(b.in_force === true) - Number(a.in_force === true);

  return (text) => {
    const asked = documentNumbers(fold(text));
    const bare = /^\D{0,10}?(\d{1,4})\D{0,3}$/.exec(text.trim())?.[1];
    if (asked.length === 0 && bare !== undefined)
      asked.push({ number: trimZeros(bare), kind: '', issuer: '', year: '' });
    const found = present().filter(({ parsed }) => parsed && asked.some((one) => agrees(one, parsed)));
    if (found.length > 0) return found.map(({ document }) => document).toSorted(order);
    const typed = plain(text);
    if (typed.length < 4) return [];
    return present()
      .filter((one) => one.plain === typed || (typed.length >= 8 && one.plain.includes(typed)))
      .map(({ document }) => document)
      .toSorted(order);
  };
}

/** Whether what was asked for fits; what it leaves open fits anything. */
function agrees(asked: DocumentNumber, known: DocumentNumber): boolean {
  return (
    asked.number === known.number &&
    (asked.kind === '' || asked.kind === known.kind) &&
    (asked.issuer === '' || asked.issuer === known.issuer) &&
    (asked.year === '' || known.year === '' || asked.year === known.year)
  );
}

function plain(text: string): string {
  return fold(text)
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

const DIGIT = /\d/;
const FORMS = 'knd|tdv|hsdv|hhd|cshd|shd|tn';
/** Whether it is worth while to look closely, which most texts with a figure in them are not. */
const MAY_NAME = new RegExp(`\\d(?:[a-d]?[-/\\s]*(?:${SHORT}|${FORMS})|(?<=(?:${WORD}|${SHORT})\\s*(?:so\\s*)?\\d))`);
const FORM = new RegExp(`\\b(\\d{1,2}[a-d]?)[\\s-]*(${FORMS})\\b`, 'g');

/** What stands before or behind a number that names something. */
const BESIDE = new Set(
  ['so', ...SHORT.split('|'), ...FORMS.split('|')].concat(
    Object.keys(KINDS).map((kind) => kind.split(' ').at(-1) ?? ''),
  ),
);

/** Whether a word may stand beside the number of a document or a form: a number with no such neighbours is none. */
export function besideNumbers(word: string): boolean {
  return BESIDE.has(fold(word));
}

/** Documents ("208qd") and forms ("3knd" for "mẫu 3-KNĐ") that a clean text names. */
export function numbersIn(text: string): string[] {
  if (!DIGIT.test(text)) return [];
  const folded = fold(text);
  if (!MAY_NAME.test(folded)) return [];
  return [
    ...documentNumbers(folded).map(({ number, kind }) => number + kind),
    ...Array.from(folded.matchAll(FORM), ([, number, series]) => `${number}${series}`),
  ];
}
