import { get as getHttp, type Agent } from 'node:http';
import { get as getHttps } from 'node:https';
import { DeliveryError } from '../channel.ts';

const WITHIN_MS = 30_000;

/**
 * Fetches a document; of a larger one than `most` bytes comes one byte more, by which it shows that it is too large. Errors say nothing of the address, which holds the token.
 *
 * @throws {DeliveryError}
 */
export function downloadFile(address: string, agent: Agent, most: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const fail = (logText: string): void => reject(new DeliveryError('retry', logText));
    const get = address.startsWith('https:') ? getHttps : getHttp;
    const request = get(address, { agent, signal: AbortSignal.timeout(WITHIN_MS) }, (response) => {
      if (response.statusCode !== 200) {
        response.resume();
        fail(`file not downloaded: status ${response.statusCode}`);
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= most) return;
        resolve(new Uint8Array(Buffer.concat(chunks).subarray(0, most + 1)));
        response.destroy();
      });
      response.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
      response.on('error', () => fail('file not downloaded: connection cut'));
    });
    request.on('error', () => fail('file not downloaded: no connection'));
  });
}
