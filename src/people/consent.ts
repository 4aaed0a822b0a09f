import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError, type Config } from '../config.ts';

/** What people are asked to agree to before anything about them is kept. */
export interface Consent {
  markdown: string;
  /** Changes with every word of the text, so that people are asked again. Twelve letters, fit for a button. */
  version: string;
}

/** The text of the consent as the environment has it. @throws as `readConsent` */
export function consentOf({ CONSENT_FILE, ...config }: Config): Consent {
  return readConsent(CONSENT_FILE, {
    PRIVACY_CONTACT: config.PRIVACY_CONTACT,
    QUESTION_DAYS: String(config.QUESTION_DAYS),
    DELIVERY_DAYS: String(config.DELIVERY_DAYS),
  });
}

/**
 * Reads the text of the consent.
 *
 * @param values what `{NAME}` in the text stands for
 * @throws {ConfigError} when the file cannot be read, is empty, or names something that has no value
 */
export function readConsent(file: string, values: Readonly<Record<string, string>>): Consent {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new ConfigError([`CONSENT_FILE: không đọc được tệp ${file}; kiểm tra tên tệp và quyền đọc.`]);
  }
  const unknown = new Set<string>();
  const markdown = source
    .replace(/\{([A-Z_]+)\}/g, (written, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) unknown.add(written);
      return value ?? written;
    })
    .normalize('NFC')
    .replaceAll('\r\n', '\n')
    .replace(/^\uFEFF/, '')
    .trim();
  if (markdown === '') throw new ConfigError([`CONSENT_FILE: tệp ${file} không có chữ nào.`]);
  if (unknown.size > 0) {
    const known = Object.keys(values).map((name) => `{${name}}`);
    throw new ConfigError([
      `CONSENT_FILE: tệp ${file} có ${[...unknown].join(', ')}; chỉ dùng được ${known.join(', ')}.`,
    ]);
  }
  const version = createHash('sha256').update(markdown.replace(/\s+/gu, ' ')).digest('base64url').slice(0, 12);
  return { markdown, version };
}
