import { createCipheriv, createDecipheriv, randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { BackupError } from './backup-error.ts';

/*
 * An encrypted copy: a header (mark, version, salt, check of the key), then pieces of 64 KB, each sealed by AES-256-GCM
 * with its number and whether it is the last, so that none can be changed, left out, moved or cut off.
 */

const MARK = Buffer.from('SOTAYBK');
const VERSION = 1;
const SALT_BYTES = 16;
const CHECK_BYTES = 16;
const HEADER_BYTES = MARK.length + 1 + SALT_BYTES + CHECK_BYTES;
const KEY_BYTES = 32;
const PIECE_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';
/** 32 MB and a tenth of a second for each guess at the passphrase; config.ts wants 16 characters (RFC 7914). */
const SCRYPT = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };

/** Whether the file begins like an encrypted copy. */
export function isEncrypted(file: string): boolean {
  const input = openSync(file, 'r');
  try {
    const mark = Buffer.alloc(MARK.length);
    return readFully(input, mark) === mark.length && mark.equals(MARK);
  } finally {
    closeSync(input);
  }
}

/** Whether an encrypted copy can be read with this passphrase, as far as its header says. */
export function keyFits(file: string, passphrase: string): boolean {
  const input = openSync(file, 'r');
  try {
    headerKey(readPiece(input, HEADER_BYTES), passphrase);
    return true;
  } catch (error) {
    if (error instanceof BackupError) return false;
    throw error;
  } finally {
    closeSync(input);
  }
}

/** Writes `source` encrypted to `target`, which is on disk when this returns. */
export function encryptFile(source: string, target: string, passphrase: string): void {
  const salt = randomBytes(SALT_BYTES);
  const { key, check } = keyOf(passphrase, salt);
  const header = Buffer.concat([MARK, Buffer.from([VERSION]), salt, check]);
  withFiles(source, target, (input, output) => {
    writeSync(output, header);
    let piece = readPiece(input, PIECE_BYTES);
    for (let number = 0; ; number++) {
      const next = readPiece(input, PIECE_BYTES);
      const last = next.length === 0;
      const cipher = createCipheriv(CIPHER, key, nonce(number, last)).setAAD(header);
      writeSync(output, Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]));
      if (last) return;
      piece = next;
    }
  });
}

/**
 * Writes what `source` holds to `target`.
 *
 * @throws {BackupError} `wrong-key`, `damaged` or `newer`; then nothing in `target` may be used
 */
export function decryptFile(source: string, target: string, passphrase: string): void {
  withFiles(source, target, (input, output) => {
    const header = readPiece(input, HEADER_BYTES);
    const key = headerKey(header, passphrase);
    let piece = readPiece(input, PIECE_BYTES + TAG_BYTES);
    for (let number = 0; ; number++) {
      if (piece.length < TAG_BYTES) throw new BackupError('damaged');
      const next = readPiece(input, PIECE_BYTES + TAG_BYTES);
      const last = next.length === 0;
      const decipher = createDecipheriv(CIPHER, key, nonce(number, last)).setAAD(header);
      decipher.setAuthTag(piece.subarray(-TAG_BYTES));
      let plain: Buffer;
      try {
        plain = Buffer.concat([decipher.update(piece.subarray(0, -TAG_BYTES)), decipher.final()]);
      } catch {
        throw new BackupError('damaged');
      }
      writeSync(output, plain);
      if (last) return;
      piece = next;
    }
  });
}

function headerKey(header: Buffer, passphrase: string): Buffer {
  if (header.length < HEADER_BYTES) throw new BackupError('damaged');
  if (header[MARK.length] !== VERSION) throw new BackupError('newer');
  const salt = header.subarray(MARK.length + 1, MARK.length + 1 + SALT_BYTES);
  const { key, check } = keyOf(passphrase, salt);
  if (!timingSafeEqual(check, header.subarray(-CHECK_BYTES))) throw new BackupError('wrong-key');
  return key;
}

/** The check tells a wrong passphrase from a damaged file; it comes from the same slow function and gives nothing away. */
function keyOf(passphrase: string, salt: Buffer): { key: Buffer; check: Buffer } {
  const derived = scryptSync(passphrase.normalize('NFC'), salt, KEY_BYTES + CHECK_BYTES, SCRYPT);
  return { key: derived.subarray(0, KEY_BYTES), check: derived.subarray(KEY_BYTES) };
}

/** Never twice under a key, since each file has its own salt and with it its own key. */
function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(last ? 1 : 0, 0);
  bytes.writeUInt32BE(number, 8);
  return bytes;
}

function withFiles(source: string, target: string, work: (input: number, output: number) => void): void {
  const input = openSync(source, 'r');
  try {
    const output = openSync(target, 'w', 0o600);
    try {
      work(input, output);
      fsyncSync(output);
    } finally {
      closeSync(output);
    }
  } finally {
    closeSync(input);
  }
}

function readPiece(file: number, bytes: number): Buffer {
  const piece = Buffer.alloc(bytes);
  return piece.subarray(0, readFully(file, piece));
}

function readFully(file: number, into: Buffer): number {
  let length = 0;
  for (;;) {
    const read = readSync(file, into, length, into.length - length, null);
    length += read;
    if (read === 0 || length === into.length) return length;
  }
}
