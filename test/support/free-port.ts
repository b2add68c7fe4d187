import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of 127.0.0.1 that is free for UDP and TCP now, for what cannot pick one by itself. */
export async function freePort(): Promise<number> {
  for (;;) {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const isFreeForTcp = await canListen(port);
    socket.close();
    await once(socket, 'close');
    if (isFreeForTcp) return port;
  }
}

/** A free port whose next one is free as well. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 65_535 && (await canListen(port + 1))) return port;
  }
}

/** Ports that the system gives nobody who asks for any: what is free there now stays so. */
const MEDIA_PORTS = { first: 10_000, count: 2_400, step: 4 };

/** The first of four UDP ports of 127.0.0.1 that are free, for programs that take RTP and RTCP of audio and video. */
export async function freeMediaPorts(): Promise<number> {
  for (;;) {
    const { first, count, step } = MEDIA_PORTS;
    const port = first + step * Math.floor(Math.random() * count);
    const free = await Promise.all(Array.from({ length: step }, (_, index) => canBind(port + index)));
    if (free.every(Boolean)) return port;
  }
}

async function canBind(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}
