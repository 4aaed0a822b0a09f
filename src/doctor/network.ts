import { request as plainRequest } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { platformAgent } from '../bot/proxy.ts';

/** A person waits for it. */
const ANSWER_MS = 10_000;
/** Answers are a few hundred bytes. */
const LARGEST_ANSWER = 64 * 1024;

export interface Answer {
  status: number;
  body: string;
  /** When the other side says that it is. */
  date: Temporal.Instant | undefined;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** Undefined: not through one. */
  proxy?: string | undefined;
  /** Sent as JSON; undefined: an empty body. */
  body?: Record<string, string>;
}

/**
 * One POST; redirects are not followed.
 *
 * @throws Node's error of the connection, with its code
 */
export function post(address: string, { headers = {}, proxy, body }: CallOptions = {}): Promise<Answer> {
  const send = address.startsWith('https:') ? request : plainRequest;
  const agent = platformAgent(address, proxy);
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...json, ...headers },
    agent,
    signal: AbortSignal.timeout(ANSWER_MS),
  };
  return new Promise<Answer>((resolve, reject) => {
    const call = send(address, options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < LARGEST_ANSWER) text += chunk;
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text, date: dateOf(response.headers.date) }),
      );
    });
    call.on('error', reject);
    call.end(body === undefined ? '' : JSON.stringify(body));
  }).finally(() => agent.destroy());
}

/** "Sun, 22 Nov 2026 06:02:50 GMT", the only form that servers may send (RFC 9110, 5.6.7). */
function dateOf(header: string | undefined): Temporal.Instant | undefined {
  const [, day, month, year, time] = /^\w{3}, (\d\d) (\w{3}) (\d{4}) ([\d:]{8}) GMT$/.exec(header ?? '') ?? [];
  const number = MONTHS.indexOf(month ?? '') + 1;
  if (number === 0) return undefined;
  return Temporal.Instant.from(`${year}-${String(number).padStart(2, '0')}-${day}T${time}Z`);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The code of a connection that failed. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? (error as Error).name;
}

/** Why a platform cannot be reached, and what to look at. */
export function unreachable(error: unknown, apiRoot: string, variable: string): string {
  const code = codeOf(error);
  const from = `máy này không nói chuyện được với ${new URL(apiRoot).host} (${code}).`;
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) {
    return `${from} Không tìm thấy tên máy chủ: kiểm tra mạng, DNS và ${variable}.`;
  }
  if (code === 'ECONNREFUSED') return `${from} Kết nối bị từ chối: kiểm tra ${variable}, tường lửa, HTTPS_PROXY.`;
  if (code === 'ERR_PROXY_TUNNEL') return `${from} Proxy không cho qua: kiểm tra HTTPS_PROXY.`;
  return `${from} Kiểm tra mạng, tường lửa, HTTPS_PROXY; nếu mạng tốt thì bên kia đang trục trặc, thử lại sau ít phút.`;
}
