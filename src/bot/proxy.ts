import { Agent as HttpAgent, type AgentOptions, type ClientRequestArgs } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/**
 * Keep-alive connections to a platform's API, through the operator's proxy when there is one. Node tunnels https and
 * forwards http by itself; only this agent uses the proxy, not the whole process. It connects to nobody else, wherever
 * a redirect or a file's address may point.
 */
export function platformAgent(apiRoot: string, proxy: string | undefined): HttpAgent {
  const api = new URL(apiRoot);
  const options = { keepAlive: true };
  const agent =
    api.protocol === 'https:'
      ? new HttpsAgent(proxy === undefined ? options : { ...options, proxyEnv: { HTTPS_PROXY: proxy } })
      : new HttpAgent(proxy === undefined ? options : { ...options, proxyEnv: { HTTP_PROXY: proxy } });
  const allowed = new Set([api, ...(proxy === undefined ? [] : [new URL(proxy)])].map((url) => place(url)));
  return onlyTo(allowed, agent);
}

function onlyTo<A extends HttpAgent>(allowed: ReadonlySet<string>, agent: A): A {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options: ClientRequestArgs & AgentOptions, callback) => {
    if (allowed.has(`${options.host}:${options.port}`)) return connect(options, callback);
    callback?.(new Error('a connection to another host than the API'), undefined as never);
    return undefined;
  };
  return agent;
}

/** "api.telegram.org:443" */
function place({ protocol, hostname, port }: URL): string {
  return `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? (protocol === 'https:' ? 443 : 80) : port}`;
}
