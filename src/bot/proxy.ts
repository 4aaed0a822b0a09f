import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * Keep-alive connections to a platform's API, through the operator's proxy when there is one. Node tunnels https and
 * forwards http by itself; only this agent uses the proxy, not the whole process.
 */
export function platformAgent(apiRoot: string, proxy: string | undefined): HttpAgent {
  const options = { keepAlive: true };
  if (apiRoot.startsWith('https:')) {
    return new HttpsAgent(proxy === undefined ? options : { ...options, proxyEnv: { HTTPS_PROXY: proxy } });
  }
  return new HttpAgent(proxy === undefined ? options : { ...options, proxyEnv: { HTTP_PROXY: proxy } });
}
