import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in time that tells neither the secret's content nor its length. */
export function sameSecret(given: string | undefined, secret: string): boolean {
  return timingSafeEqual(digest(given ?? ''), digest(secret)) && given !== undefined;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
