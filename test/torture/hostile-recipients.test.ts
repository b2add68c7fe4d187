import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecipientTestReport } from '../../src/recipients/recipients.js';
import { SipsirenDevice } from '../support/sipsiren-process.js';
import { until } from '../support/until.js';
import { WebReceiver } from '../support/web-receiver.js';

/** How long a recipient is waited for. */
const SECONDS = 2;
/** What all of this may take of the program's memory, in MiB. */
const MOST_MIB = 160;
const SOME = Buffer.alloc(65_536, 'x');

let siren: SipsirenDevice;
let web: WebReceiver;
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  [siren, web] = await Promise.all([SipsirenDevice.start(), WebReceiver.start()]);
  const other = { id: 'other', name: 'Other', kind: 'http', settings: { url: web.url } };
  expect((await siren.api('POST', '/recipients', other)).status).toBe(201);
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await siren.remove();
  await web.close();
});

/** A server that treats each connection so; gives its port. */
async function hostile(treat: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    treat(socket);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Says these bytes for as long as anybody listens. */
function flood(socket: Socket, bytes: Buffer | string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

/** Says something as soon as it is told anything. */
const answering = (begin: string, bytes: Buffer | string) => (socket: Socket) => {
  socket.once('data', () => {
    socket.write(begin);
    flood(socket, bytes);
  });
};

/** The most that the program has had in memory, in MiB. */
function peakMemory(): number {
  const status = readFileSync(`/proc/${siren.process.pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
}

const http = (port: number) => ({ url: `http://127.0.0.1:${port}/` });
const mail = (port: number) => ({
  server: '127.0.0.1',
  port,
  encryption: 'none',
  to: 'one@example.com',
  from: 'siren@example.com',
});
const host = (port: number) => ({ host: '127.0.0.1', port });
const line = (port: number) => ({ ...host(port), expect: 'ACK' });
const ssh = (port: number) => ({ ...host(port), user: 'x', password: 'y', hostKeySha256: 'A'.repeat(43) });
const BOMB = gzipSync(Buffer.alloc(64 * 1_024 * 1_024));

const CASES: readonly (readonly [string, string, (port: number) => object, (socket: Socket) => void])[] = [
  ['a status line without end', 'http', http, answering('HTTP/1.1 200 ', SOME)],
  ['headers without end', 'http', http, answering('HTTP/1.1 200 OK\r\n', `X: ${'y'.repeat(900)}\r\n`)],
  ['a body without end', 'http', http, answering('HTTP/1.1 200 OK\r\n\r\n', SOME)],
  [
    'chunks without end',
    'http',
    http,
    answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `8000\r\n${'x'.repeat(32_768)}\r\n`),
  ],
  [
    'the extension of a chunk without end',
    'http',
    http,
    answering('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;', SOME),
  ],
  [
    'provisional answers without end',
    'http',
    http,
    answering('', 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000)),
  ],
  ['no HTTP at all', 'http', http, (socket) => flood(socket, SOME)],
  ['a greeting without end', 'email', mail, (socket) => flood(socket, SOME)],
  ['a line of a greeting without end', 'email', mail, (socket) => flood(socket, `220-${'x'.repeat(60_000)}`)],
  ['lines of a greeting without end', 'email', mail, (socket) => flood(socket, '220-more\r\n'.repeat(1_000))],
  ['refusals without end', 'email', mail, (socket) => flood(socket, '421 no\r\n'.repeat(1_000))],
  ['a greeting without end', 'ftp', host, (socket) => flood(socket, SOME)],
  ['lines of a greeting without end', 'ftp', host, (socket) => flood(socket, '220-more\r\n'.repeat(1_000))],
  ['greetings without end', 'ftp', host, (socket) => flood(socket, '220 hello\r\n'.repeat(1_000))],
  ['noise in place of TLS', 'ftps', host, answering('234 go on\r\n', SOME)],
  ['a greeting without end', 'sftp', ssh, (socket) => flood(socket, SOME)],
  ['lines before its greeting without end', 'sftp', ssh, (socket) => flood(socket, 'more\r\n'.repeat(1_000))],
  [
    'a packet of absurd length',
    'sftp',
    ssh,
    (socket) => {
      socket.write('SSH-2.0-x\r\n');
      flood(socket, Buffer.alloc(65_536, 0xff));
    },
  ],
  ['an answer without end', 'tcp', line, answering('', SOME)],
];

async function tell(kind: string, settings: object): Promise<RecipientTestReport> {
  const recipient = { name: 'Hostile', kind, settings, timeoutSeconds: SECONDS };
  const { status, body } = await siren.api('POST', '/recipient-test', recipient);
  expect(status).toBe(200);
  return body as RecipientTestReport;
}

describe('A server that says', () => {
  it.each(CASES)(
    '%s (%s) takes no memory and no more than its time',
    async (_what, kind, settings, treat) => {
      const before = peakMemory();
      const open = sockets.size;
      const asked = tell(kind, settings(await hostile(treat)));
      const told = web.requests.all.length;
      expect((await siren.api('POST', '/recipients/other/send', { text: 'meanwhile' })).status).toBe(202);
      await web.requests.until('the other to be told', () => web.requests.all.length > told || undefined);
      const report = await asked;
      expect(report.ok).toBe(false);
      expect(report.error).toMatch(/.{10}/);
      expect(report.error).not.toMatch(/undefined|getConnection|x{100}/);
      expect(report.milliseconds).toBeLessThan(SECONDS * 1_000 + 8_000);
      expect(peakMemory() - before).toBeLessThan(MOST_MIB);
      expect(sockets.size).toBeLessThanOrEqual(open + 1);
    },
  );

  it('much in few bytes (gzip) is not believed, and one that points elsewhere is not followed', async () => {
    const before = peakMemory();
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${BOMB.length}\r\n\r\n`;
    const bomb = await hostile((socket) => {
      socket.once('data', () => {
        socket.write(head);
        socket.end(BOMB);
      });
    });
    expect(await tell('http', http(bomb))).toMatchObject({ ok: true });
    expect(peakMemory() - before).toBeLessThan(MOST_MIB);
    let asked = 0;
    const circle = await hostile((socket) => {
      asked++;
      socket.once('data', () =>
        socket.end('HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n'),
      );
    });
    expect((await tell('http', http(circle))).error).toMatch(/it moved to \/again; enter that address/);
    expect(asked).toBe(1);
  });

  it('that it takes a file (FTP) and never reads it is left in time, with the connection that it opened', async () => {
    let data: Socket | undefined;
    const port = await hostile((socket) => {
      socket.write('220 hello\r\n');
      socket.on('data', (chunk: Buffer) => {
        const [command = '', address = ''] = chunk.toString().trim().split(' ');
        if (command === 'PORT') {
          const [high = 0, low = 0] = address.split(',').slice(4).map(Number);
          data = connect(high * 256 + low, '127.0.0.1').pause();
          data.on('error', () => data?.destroy());
          sockets.add(data);
        }
        const answers: Record<string, string> = { PASS: '230 in', STOR: '150 go on' };
        socket.write(`${answers[command] ?? '200 ok'}\r\n`);
      });
    });
    const report = await tell('ftp', { ...host(port), passive: false });
    expect(report.error).toBe(`There was no answer within ${SECONDS} seconds.`);
    // Who writes to a connection that was let go hears it.
    await until('it to be let go', () => {
      data?.write('x');
      return data?.destroyed;
    });
  });

  it('that the file is to go to somebody else (FTP) is not followed', async () => {
    let victims = 0;
    const victim = await hostile(() => victims++);
    const bounce = await hostile((socket) => {
      socket.write('220 hello\r\n');
      socket.on('data', (chunk: Buffer) => {
        const command = chunk.toString().slice(0, 4);
        if (command === 'PASV')
          socket.write(`227 Entering Passive Mode (10,99,99,99,${victim >> 8},${victim & 255})\r\n`);
        else
          socket.write(
            command === 'EPSV' ? '500 what?\r\n' : command === 'PASS' ? '230 in\r\n' : '200 ok\r\n',
          );
      });
    });
    const report = await tell('ftp', host(bounce));
    expect(report.ok).toBe(false);
    expect(report.error).toMatch(/another host \(10\.99\.99\.99\)/);
    expect(victims).toBe(0);
  });
});
