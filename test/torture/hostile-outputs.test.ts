import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OutputView } from '../../src/control/output-view.js';
import { UnderAttack } from '../support/under-attack.js';
import { until } from '../support/until.js';

/** What a lamp or another siren does with a connection once something was asked. */
type Manner = (socket: Socket, asked: string) => void;

const KINDS = ['vapix', 'http', 'wled'] as const;

let attack: UnderAttack;
let server: Server;
let manner: Manner;
const asked: string[] = [];
const sockets = new Set<Socket>();

beforeEach(async () => {
  asked.length = 0;
  attack = await UnderAttack.begin();
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let text = '';
    let isAnswered = false;
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (isAnswered || !isWhole(text)) return;
      isAnswered = true;
      asked.push(text);
      manner(socket, text);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
}, 15_000);

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await attack.close();
});

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
  return end > 0 && text.length >= end + 4 + length;
}

/** Which of the outputs asked. */
function kindOf(text: string): (typeof KINDS)[number] {
  if (text.includes('siren_and_light.cgi')) return 'vapix';
  return text.includes('/json/state') ? 'wled' : 'http';
}

function respond(socket: Socket, status: string, body: string, ...headers: string[]): void {
  const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Writes the same for ever, as fast as it is taken. */
function flood(socket: Socket, text: string): void {
  const go = () => {
    while (!socket.destroyed && socket.write(text));
  };
  socket.on('drain', go);
  go();
}

const good: Manner = (socket, text) => {
  const method = /"method":"(\w+)"/.exec(text)?.[1];
  const data = method === 'start' ? { lightId: 1, sirenId: 2 } : {};
  respond(socket, '200 OK', kindOf(text) === 'vapix' ? JSON.stringify({ data }) : '{}');
};

const json =
  (value: string): Manner =>
  (socket) =>
    respond(socket, '200 OK', value);

const MANNERS: readonly (readonly [string, Manner])[] = [
  [
    'changes the protocol',
    (socket) =>
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n'),
  ],
  ['says 101 and nothing more', (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')],
  [
    'has the device continue for ever',
    (socket) => flood(socket, 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)),
  ],
  [
    'sends headers without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      flood(socket, 'X-More: and more\r\n'.repeat(500));
    },
  ],
  [
    'sends a body without end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      flood(socket, ' '.repeat(65_536));
    },
  ],
  [
    'sends a chunk of all the memory',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n');
      flood(socket, ' '.repeat(65_536));
    },
  ],
  [
    'redirects to itself',
    (socket, text) => respond(socket, '302 Found', '', `Location: ${/^\w+ (\S+)/.exec(text)?.[1]}`),
  ],
  [
    'asks who is there, each time by another nonce',
    (socket) =>
      respond(
        socket,
        '401 Unauthorized',
        '',
        `WWW-Authenticate: Digest realm="r", nonce="${Math.random()}", stale=true`,
      ),
  ],
  [
    'asks as a proxy that is none',
    (socket) =>
      respond(socket, '407 Proxy Authentication Required', '', 'Proxy-Authenticate: Basic realm="r"'),
  ],
  ['answers HTML', (socket) => respond(socket, '200 OK', '<html>', 'Content-Type: text/html')],
  [
    'claims a length that it does not send',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{'),
  ],
  ['speaks something else', (socket) => socket.end(Buffer.from([0x16, 3, 1, 0, 0xff, 0, 0, 0]))],
  ['says nothing', () => undefined],
  ['hangs up', (socket) => socket.end()],
  ['cuts the connection', (socket) => socket.resetAndDestroy()],
  ['nests its answer deeply', json('['.repeat(100_000))],
  ['nests its data deeply', json(`{"data":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}}`)],
  [
    'lies about what it can and does',
    json(
      `{"data":{"lightId":1e999,"sirenId":-1,"light":[{"pattern":"","priority":"NaN"}],"siren":"loud","capabilities":{"light":{"supportedPatterns":[{"name":"Steady","speed":{"possible":["x"]}}]},"siren":{"supportedPatterns":[]}}}}`,
    ),
  ],
  ['refuses with an endless code', json('{"error":{"code":1e999,"message":{}}}')],
];

describe('an alarm goes on, and is shown as soon as that is possible, where another siren or a lamp', () => {
  it.each(MANNERS)(
    '%s',
    async (_what, hostile) => {
      manner = hostile;
      const { port } = server.address() as AddressInfo;
      const url = `http://127.0.0.1:${port}`;
      const settings = {
        vapix: {
          address: url,
          user: 'root',
          password: 'pass',
          checkSeconds: 1,
          timeoutSeconds: 1,
          deadManSeconds: 0,
        },
        http: {
          on: { method: 'POST', url: `${url}/on`, body: '{}' },
          off: { method: 'POST', url: `${url}/off`, body: '{}' },
          timeoutSeconds: 1,
          repeatSeconds: 1,
        },
        wled: { host: '127.0.0.1', port: 9, apiPort: port },
      };
      for (const kind of KINDS) {
        const added = await attack.device.api('POST', '/outputs', {
          id: kind,
          kind,
          settings: settings[kind],
        });
        expect([added.status, added.body]).toEqual([201, expect.anything()]);
      }
      const count = (kind: string) => asked.filter((text) => kindOf(text) === kind).length;
      await until('each of them to ask', () => KINDS.every((kind) => count(kind) > 0));
      await until('the siren and the lamp to be asked again', () => count('vapix') > 1 && count('http') > 1);
      manner = good;
      asked.length = 0;
      await until(
        'the alarm to be shown',
        () => asked.some((text) => text.includes('"method":"start"')) && count('http') > 0,
      );
      // Of a strip of LEDs the next check is to tell, in ten seconds; what it shows needs no answer.
      await until('the siren and the lamp to be well', async () => {
        const outputs = (await attack.device.api('GET', '/outputs')).body as OutputView[];
        return outputs.every(({ id, status }) => id === 'wled' || status.state === 'ok');
      });
      await attack.expectAlarm();
    },
    60_000,
  );
});
