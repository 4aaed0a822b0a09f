/*
 * All secrets of the tests. Each has the same mark in it, and leaks.ts looks for that mark in all that the program gives out:
 * a test that needs another secret makes it from one of these.
 */

/** Small letters only: it looks the same in JSON, in HTML, in an address, and in a text whose capitals were taken away. */
export const CANARY = 'canaryqvzkhxwp';

export const TELEGRAM_TOKEN = `123456:AAF${CANARY}-telegram_token`;
export const ZALO_TOKEN = `2468013579246801357:${CANARY}-zalo_token`;
export const WEBHOOK_SECRET = `${CANARY}-webhook_secret`;
export const BACKUP_KEY = `${CANARY} mật khẩu sao lưu`;
export const PROXY_PASSWORD = `${CANARY}-proxy-password`;
