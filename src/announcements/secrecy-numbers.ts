import type { GateText, Place } from './secrecy-text.ts';

/** Twelve digits, also in groups or set apart: the number of an identity card since 2021 begins with 0. */
const TWELVE = /(?<![\d.,/-])\d(?:[ .-]?\d){11}(?![\d/]|[.,-]\d)/g;
/** A number beside the words for it; between them a few words ("số", "là", a name's end). */
const IDENTITY =
  /(?:cccd|can cuoc(?: cong dan)?|cmnd|cmt|chung minh(?: nhan dan| thu)?|dinh danh(?: ca nhan)?)[^\d\n]{0,25}(\d(?:[ .-]?\d){8}(?:[ .-]?\d){0,3})(?![\d/])/g;
/** The card of a party member: two digits of the committee, six of the member; since 2025 the identity number. */
const CARD = /(?<![\d.,/-])\d{2}\.\d{6}(?![\d/]|[.,] ?\d)/g;
const CARD_NAMED =
  /(?:(?:so )?the (?:dang(?: vien)?|dv)|stdv)(?![a-z])[^\d\n]{0,40}(\d{2}[ .-]?\d{3}[ .-]?\d{3}(?:[ .-]?\d{4})?)(?![\d/])/g;
/** Accounts and rooms of meetings have as many digits. */
const OTHER_NUMBER = /(?:tai khoan|stk|so tk|tk|zoom|teams|meet|id|ma hop|ma phong|ma cuoc hop|hop dong)[^\d\n]{0,25}$/;

/** Identity numbers. */
export function findIdentityNumbers({ folded }: GateText): Place[] {
  const twelve = [...folded.matchAll(TWELVE)].filter(
    ({ index, 0: found }) =>
      found.startsWith('0') || (/^\d+$/.test(found) && !OTHER_NUMBER.test(folded.slice(0, index))),
  );
  const cards = findCardNumbers({ plain: '', folded });
  return places([...twelve, ...folded.matchAll(IDENTITY)]).filter(
    ({ start, end }) => !cards.some((card) => card.start <= start && end <= card.end),
  );
}

/** Numbers of party cards. */
export function findCardNumbers({ folded }: GateText): Place[] {
  return places([...folded.matchAll(CARD_NAMED), ...folded.matchAll(CARD)]);
}

function places(found: readonly RegExpExecArray[]): Place[] {
  return found.map(({ index, 0: text }) => ({ start: index, end: index + text.length, exact: true }));
}
