import { isSyllable } from './syllable.ts';

/*
 * What a Telex or VNI keyboard leaves when it was off, or switched off half-way: "dangr", "ddangr", "dang3", "kêts".
 * Only tokens that are no Vietnamese syllable are decoded, and only into one that is: "can", "test" stay.
 */

const TELEX_TONES: Record<string, string> = { s: '\u0301', f: '\u0300', r: '\u0309', x: '\u0303', j: '\u0323' };
const VNI_TONES: Record<string, string> = { 1: '\u0301', 2: '\u0300', 3: '\u0309', 4: '\u0303', 5: '\u0323' };
const VOWELS = 'aăâeêioôơuưy';

/** The word that these keys stand for, in NFC; undefined when they stand for none. `word` is lower case, NFC. */
export function decodeKeys(word: string): string | undefined {
  if (word.length < 2 || word.length > 9 || /^\d/.test(word)) return undefined;
  if (/\d/.test(word)) return decodeVni(word);
  return /^[\p{L}]+$/u.test(word) ? decodeTelex(word) : undefined;
}

function decodeTelex(word: string): string | undefined {
  for (const [rest, tone] of withoutTelexTone(word)) {
    for (const bare of telexVowels(rest)) {
      const decoded = putTone(bare, tone);
      if (decoded !== word && isSyllable(decoded)) return decoded;
    }
  }
  return undefined;
}

/** Each way to read one of the last letters after the first vowel as the tone key, and the word as it is. */
function* withoutTelexTone(word: string): Generator<[rest: string, tone: string]> {
  for (let at = word.length - 1; at >= 1; at--) {
    const tone = TELEX_TONES[word[at] ?? ''];
    const behindVowel = /[aăâeêioôơuưy]/.test(word.slice(0, at).normalize('NFD').replace(/\p{M}/gu, ''));
    if (tone !== undefined && behindVowel) yield [word.slice(0, at) + word.slice(at + 1), tone];
  }
  yield [word, ''];
}

/** Doubled letters and w turned into marks; the key may come late ("tiene" is tiên, "duongw" is dương). */
function telexVowels(word: string): string[] {
  let text = word
    .replace(/^dd/, 'đ')
    .replace(/uow|uwow|uwo|wow/, 'ươ')
    .replace(/aa/, 'â')
    .replace(/ee/, 'ê')
    .replace(/oo/, 'ô');
  text = text.replace(/aw/, 'ă').replace(/ow/, 'ơ').replace(/uw/, 'ư');
  const forms = [text];
  const late = /^(.*?)([aeo])([^aeo]{1,2})\2$/.exec(text);
  if (late) {
    const circumflex: Record<string, string> = { a: 'â', e: 'ê', o: 'ô' };
    forms.push(`${late[1]}${circumflex[late[2] ?? '']}${late[3]}`);
  }
  if (text.endsWith('w')) {
    const rest = text.slice(0, -1);
    forms.push(rest.replace('uo', 'ươ'), rest.replace('a', 'ă'), rest.replace('o', 'ơ'), rest.replace('u', 'ư'));
  }
  const lateD = /^d(.*)d$/.exec(text);
  if (lateD) forms.push(`đ${lateD[1]}`);
  return forms.flatMap((form) =>
    form.startsWith('d') && /d/.test(form.slice(1)) ? [form, `đ${form.slice(1).replace('d', '')}`] : [form],
  );
}

function decodeVni(word: string): string | undefined {
  let tone = '';
  let letters = '';
  for (const character of word) {
    if (VNI_TONES[character] !== undefined) tone = VNI_TONES[character];
    else if (character === '6') letters = lastVowel(letters, { a: 'â', e: 'ê', o: 'ô' });
    else if (character === '7') letters = lastVowel(letters.replace('uo', 'ưo'), { o: 'ơ', u: 'ư' });
    else if (character === '8') letters = lastVowel(letters, { a: 'ă' });
    else if (character === '9') letters = letters.replace(/d(?!.*d)/, 'đ');
    else if (/\d/.test(character)) return undefined;
    else letters += character;
  }
  const decoded = putTone(letters, tone);
  return isSyllable(decoded) ? decoded : undefined;
}

function lastVowel(text: string, marks: Record<string, string>): string {
  const at = Math.max(...Object.keys(marks).map((letter) => text.lastIndexOf(letter)));
  return at < 0 ? text : text.slice(0, at) + (marks[text[at] ?? ''] ?? '') + text.slice(at + 1);
}

/** On the first vowel: where exactly it stands does not matter to anything that follows. */
function putTone(word: string, tone: string): string {
  if (tone === '') return word;
  const at = Array.from(word).findIndex(
    (letter, i) => VOWELS.includes(letter) && !(letter === 'u' && word[i - 1] === 'q'),
  );
  if (at < 0) return word;
  return (word.slice(0, at + 1) + tone + word.slice(at + 1)).normalize('NFC');
}
