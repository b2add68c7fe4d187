import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:tls';
import type { Client } from 'basic-ftp';
import { SipsirenError } from '../../base/errors.js';

/**
 * STOR with a data connection that the server opens (RFC 959 section 3.3, RFC 2428): the client library knows only the
 * passive way. `signal` ends the wait for it.
 */
export async function uploadActively(
  client: Client,
  name: string,
  content: Buffer,
  signal: AbortSignal,
): Promise<void> {
  const { address, family } = client.ftp.socket.address() as AddressInfo;
  const server = createServer({ pauseOnConnect: true });
  const opened: Socket[] = [];
  server.on('connection', (socket) => {
    // Whoever sends through it listens for errors; before and after that none may end the process.
    socket.on('error', () => undefined);
    opened.push(socket);
  });
  const close = () => {
    server.close();
    for (const socket of opened) socket.destroy();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    server.listen(0, address);
    await once(server, 'listening', { signal });
    const { port } = server.address() as AddressInfo;
    await client.send(portCommand(address, family, port));
    await store(client, name, { server, content, signal });
  } finally {
    signal.removeEventListener('abort', close);
    close();
  }
}

/** PORT knows IPv4 only; EPRT both, but not every server knows it. */
function portCommand(address: string, family: string, port: number): string {
  if (family === 'IPv6') return `EPRT |2|${address}|${port}|`;
  return `PORT ${address.replaceAll('.', ',')},${port >> 8},${port & 255}`;
}

async function store(
  client: Client,
  name: string,
  { server, content, signal }: { server: Server; content: Buffer; signal: AbortSignal },
): Promise<void> {
  const connection = once(server, 'connection', { signal }) as Promise<[Socket]>;
  connection.catch(() => undefined);
  let sending: Promise<void> | undefined;
  await client.ftp.handle(`STOR ${name}`, (response, task) => {
    if (response instanceof Error) task.reject(response);
    else if (response.code < 200) {
      sending ??= connection.then(([socket]) => send(client, socket, content));
      sending.catch((error: unknown) => task.reject(error as Error));
    } else task.resolve(response);
  });
  await sending;
}

async function send(client: Client, socket: Socket, content: Buffer): Promise<void> {
  if (socket.remoteAddress !== client.ftp.socket.remoteAddress) {
    socket.destroy();
    throw new SipsirenError('DELIVERY_FAILED', 'somebody else than the server opened the data connection.');
  }
  const { hasTLS, tlsOptions, tlsSessionStore } = client.ftp;
  const data = hasTLS
    ? connect({ ...tlsOptions, socket, ...(tlsSessionStore && { session: tlsSessionStore }) })
    : socket;
  if (hasTLS) await once(data, 'secureConnect');
  data.resume();
  data.end(content);
  await once(data, 'finish');
}
