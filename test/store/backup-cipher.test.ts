import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decryptFile, encryptFile, isEncrypted } from '../../src/store/backup-cipher.ts';
import { BackupError } from '../../src/store/backup-error.ts';
import { BACKUP_KEY } from '../support/canaries.ts';
import { temporaryFolder } from '../support/process.ts';

const PIECE = 64 * 1024;

function failure(work: () => void): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BackupError) return error.failure;
    throw error;
  }
  return 'none';
}

test('what is encrypted comes back byte for byte, whatever its length', () => {
  using folder = temporaryFolder();
  const [plain, sealed, back] = ['plain', 'sealed', 'back'].map((name) => `${folder.path}/${name}`) as [
    string,
    string,
    string,
  ];
  const pool = randomBytes(PIECE + 1);
  for (const length of [0, PIECE - 1, PIECE, PIECE + 1]) {
    const content = pool.subarray(0, length);
    writeFileSync(plain, content);
    encryptFile(plain, sealed, BACKUP_KEY);
    expect(isEncrypted(sealed)).toBe(true);
    decryptFile(sealed, back, BACKUP_KEY);
    expect(readFileSync(back).equals(content), `${length} bytes`).toBe(true);
  }
  expect(isEncrypted(plain)).toBe(false);
});

test('a copy that was changed, cut off, lengthened or reordered is refused, and so is a wrong key', () => {
  using folder = temporaryFolder();
  const [plain, sealed, bad, back] = ['plain', 'sealed', 'bad', 'back'].map((name) => `${folder.path}/${name}`) as [
    string,
    string,
    string,
    string,
  ];
  writeFileSync(plain, Buffer.alloc(2 * PIECE + 10, 7));
  encryptFile(plain, sealed, BACKUP_KEY);
  const whole = readFileSync(sealed);
  const header = 40;
  const piece = PIECE + 16;
  const refused = (change: () => void): string => {
    writeFileSync(bad, whole);
    change();
    return failure(() => decryptFile(bad, back, BACKUP_KEY));
  };
  const flip = (at: number) => () => {
    const bytes = Buffer.from(whole);
    bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
    writeFileSync(bad, bytes);
  };
  expect(refused(() => undefined)).toBe('none');
  expect(refused(flip(header + 5))).toBe('damaged');
  expect(refused(flip(whole.length - 1))).toBe('damaged');
  expect(refused(flip(7)), 'the version').toBe('newer');
  expect(refused(() => truncateSync(bad, whole.length - 1))).toBe('damaged');
  expect(
    refused(() => truncateSync(bad, header + 2 * piece)),
    'at the end of a piece',
  ).toBe('damaged');
  expect(refused(() => truncateSync(bad, header + 3))).toBe('damaged');
  expect(refused(() => truncateSync(bad, 20))).toBe('damaged');
  expect(refused(() => appendFileSync(bad, whole.subarray(-26)))).toBe('damaged');
  const swapped = [
    whole.subarray(0, header),
    whole.subarray(header + piece, header + 2 * piece),
    whole.subarray(header, header + piece),
    whole.subarray(header + 2 * piece),
  ];
  expect(refused(() => writeFileSync(bad, Buffer.concat(swapped)))).toBe('damaged');
  expect(failure(() => decryptFile(sealed, back, 'một mật khẩu khác'))).toBe('wrong-key');
});
