import { createServer, connect, type Socket } from 'node:net';
import { ownPort } from './process.ts';

/** An address on loopback that leads to a server, or refuses connections. */
export interface Gate {
  readonly root: string;
  open(): Promise<void>;
  /** Connections are cut. */
  close(): Promise<void>;
}

/** @param root where it leads; closed at first */
export function createGate(root: string): Gate {
  const port = ownPort();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const onward = connect(Number(new URL(root).port), '127.0.0.1');
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => sockets.delete(one));
      one.pipe(other);
    }
  });
  return {
    root: `http://127.0.0.1:${port}`,
    open: () => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
