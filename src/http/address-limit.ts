import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import type { Clock } from '../clock.ts';
import { createRateLimit } from '../rate-limit.ts';

/** Requests a minute from one address, webhooks aside: the platforms send everybody's messages from few addresses. */
const REQUESTS = 600;
/** Wrong secrets and addresses that do not exist, a minute: nobody needs more, but for guessing. */
const MISSES = 30;

const WEBHOOK = /\/webhook$/;
/** Asked by the machine itself, maybe under the address that a proxy's callers have too. */
const WATCHED = new Set(['/health', '/metrics']);

/** Refuses (429) who asks too much, or guesses; also the right guess, once there were too many wrong ones. */
export function limitAddresses(clock: Clock): MiddlewareHandler {
  const requests = createRateLimit(clock, REQUESTS);
  const misses = createRateLimit(clock, MISSES);
  return async (c, next) => {
    if (WATCHED.has(c.req.path)) return next();
    const address = addressOf(c);
    const webhook = WEBHOOK.test(c.req.path);
    if (!webhook && (misses.full(address) || !requests.take(address))) return tooMany(c);
    await next();
    if (c.res.status !== 401 && c.res.status !== 404) return;
    // The webhook's secret is too long to be guessed; whoever tries is only to be slowed.
    if (!misses.take(address) && webhook) c.res = tooMany(c);
  };
}

/** Behind a proxy on this machine the address is the one that the proxy saw. */
function addressOf(c: Context): string {
  const peer = getConnInfo(c).remote.address ?? '';
  if (!/^(?:127\.|::1$|::ffff:127\.)/.test(peer)) return peer;
  const seen = c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? '';
  return isIP(seen) > 0 ? seen : peer;
}

function tooMany(c: Context): Response {
  return c.json({ error: 'Nhiều yêu cầu quá. Đồng chí thử lại sau một phút.' }, 429, { 'Retry-After': '60' });
}
