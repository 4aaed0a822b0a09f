import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createZaloClient, type ZaloClient } from '../src/bot/zalo/client.ts';
import { zaloFailure, ZaloApiError, ZaloConnectionError } from '../src/bot/zalo/errors.ts';
import { startFakeZalo, zaloText, type FakeZalo, type ZaloFault } from './fakes/zalo.ts';
import { CANARY } from './support/canaries.ts';
import { watchedLog } from './support/log.ts';

const TEXT = 'canary-text';

describe('the client of the Zalo Bot API', () => {
  let fake: FakeZalo;
  let client: ZaloClient;
  beforeAll(async () => {
    fake = await startFakeZalo();
    client = createZaloClient({ token: fake.token, apiRoot: fake.root, proxy: undefined });
  });
  beforeEach(() => {
    fake.fault = () => undefined;
  });
  afterAll(async () => {
    await fake.close();
  });

  const failureOf = async (call: Promise<unknown>): Promise<ZaloApiError | ZaloConnectionError> => {
    const error = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error instanceof ZaloApiError || error instanceof ZaloConnectionError) return error;
    throw new Error(`no error of ours: ${inspect(error)}`);
  };

  const FAULTS: [ZaloFault, string, string][] = [
    [{ code: 400, description: `Bad request: "${TEXT}" is wrong` }, 'rejected', 'sendMessage: 400'],
    [{ code: 401, description: 'Unauthorized', status: 401 }, 'unauthorized', 'sendMessage: 401 Unauthorized'],
    [{ code: 403, description: 'Internal server error' }, 'unknown', 'sendMessage: 403 Internal server error'],
    [{ code: 404, description: 'Not found', status: 404 }, 'rejected', 'sendMessage: 404 Not found'],
    [{ code: 408, description: 'Request timeout', status: 408 }, 'unknown', 'sendMessage: 408 Request timeout'],
    [{ code: 426, key: 'errorCode', description: '' }, 'rejected', 'sendMessage: 426'],
    [{ code: 429, description: 'Quota exceeded' }, 'paused', 'sendMessage: 429 Quota exceeded'],
    [{ code: 500, key: 'errorCode', status: 500, description: TEXT }, 'unknown', 'sendMessage: 500'],
    [{ html: 502 }, 'unknown', 'sendMessage: 502 (no answer of the Bot API)'],
    [{ html: 200 }, 'unknown', 'sendMessage: 200 (no answer of the Bot API)'],
    [{ html: 401 }, 'unauthorized', 'sendMessage: 401 (no answer of the Bot API)'],
    [{ empty: 204 }, 'unknown', 'sendMessage: 204 (no answer of the Bot API)'],
    [{ redirect: 'http://127.0.0.1:1/elsewhere' }, 'unknown', 'sendMessage: 302 (no answer of the Bot API)'],
    [{ flood: 2_000_000 }, 'unknown', 'sendMessage: connection: ERR_BAD_RESPONSE'],
    [{ drop: 'before' }, 'unknown', 'sendMessage: connection: ECONNRESET'],
    [{ drop: 'after' }, 'unknown', 'sendMessage: connection: ECONNRESET'],
  ];

  test.each(FAULTS)('%j is "%s", and gives nothing away', async (fault, failure, text) => {
    fake.fault = () => fault;
    const error = await failureOf(client.sendMessage('chat-of-somebody', TEXT, []));
    expect(error.message).toBe(text);
    expect(zaloFailure(error).failure).toBe(failure);
    let logged = '';
    const log = watchedLog((line) => (logged += line));
    log.error({ err: error }, 'x');
    log.error({ err: zaloFailure(error) }, 'x');
    for (const shown of [
      inspect(error, { depth: 20, showHidden: true }),
      error.stack ?? '',
      JSON.stringify(error),
      logged,
    ]) {
      expect(shown).not.toContain(CANARY);
      expect(shown).not.toContain('chat-of-somebody');
    }
    expect(logged).not.toContain(TEXT);
  });

  test('a call that cannot connect did not leave this machine', async () => {
    const nowhere = createZaloClient({ token: fake.token, apiRoot: 'http://127.0.0.1:9', proxy: undefined });
    const error = await failureOf(nowhere.getMe());
    expect(error.message).toBe('getMe: connection: ECONNREFUSED');
    expect(zaloFailure(error).failure).toBe('retry');
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(CANARY);
  });

  test('each method has its own time limit', async () => {
    fake.fault = () => ({ late: 60_000 });
    const asked = Date.now();
    const error = await failureOf(client.sendTyping('lan'));
    expect(error.message).toBe('sendChatAction: connection: ETIMEDOUT');
    expect(Date.now() - asked).toBeLessThan(5000);
  });

  test('an idle poll is no error, in any of its forms', async () => {
    const { signal } = new AbortController();
    expect(await client.getUpdates(1, signal)).toEqual([]);
    expect(fake.calls.at(-1)).toEqual({ method: 'getUpdates', params: { timeout: '1' } });
    for (const fault of [{ code: 408 }, { code: 408, status: 408 }, { code: 408, key: 'errorCode' as const }]) {
      fake.fault = () => fault;
      expect(await client.getUpdates(1, signal)).toEqual([]);
    }
  });

  test('a poll gives one object, also where Zalo says a list', async () => {
    const { signal } = new AbortController();
    const update = zaloText('lan', 'a', 'm');
    for (const shape of ['wrapped', 'array'] as const) {
      fake.shape = shape;
      fake.push(update);
      expect(await client.getUpdates(1, signal)).toEqual([update]);
    }
  });

  test('a poll ends with its signal', async () => {
    const stop = new AbortController();
    const polling = failureOf(client.getUpdates(30, stop.signal));
    stop.abort();
    expect((await polling).message).toContain('getUpdates: connection: ERR_CANCELED');
  });

  test('taking away a webhook that was never set is well', async () => {
    await client.deleteWebhook();
    expect(fake.webhookUrl).toBe('');
  });
});
