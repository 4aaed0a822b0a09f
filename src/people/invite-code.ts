import { createHash, randomInt } from 'node:crypto';

/** No letters that are taken for others, by eye or by ear: no 0 O, 1 I L, U V. */
const LETTERS = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const GROUPS = 3;
const GROUP = 4;

/** What a typed invite looks like, in capitals or not; the dashes may be left out. */
export const INVITE_CODE = new RegExp(`^MOI(?:[\\s-]*[${LETTERS}]{${GROUP}}){${GROUPS}}$`, 'i');

/**
 * A one-time code such as MOI-7K3F-9QWX-4TBD, in the letters that a Telegram start link may have. 29 letters at 12
 * places are 58 random bits: too many to guess here, and, in the seven days that it is good for, from a stolen hash.
 */
export function newInviteCode(): string {
  const group = (): string => Array.from({ length: GROUP }, () => LETTERS[randomInt(LETTERS.length)]).join('');
  return ['MOI', ...Array.from({ length: GROUPS }, group)].join('-');
}

/** What is kept of a code; the same however it was typed. */
export function inviteHash(code: string): string {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest('base64url');
}
