import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { testAuthority, testCertificate, type TestCertificate } from '../../test/support/certificates.js';
import { parseAuthValues } from '../sip/auth/auth-value.js';
import { digestResponse, secretHash } from '../sip/auth/digest-response.js';
import { httpExchange, type HttpRequest } from './http-exchange.js';
import { httpLogin } from './http-login.js';

const USER = { user: 'guard', password: 'pass:word é' };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

async function web(answer: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listening(createServer(answer))}`;
}

/** Sends, and notes the conversation down. */
async function exchange(url: string, wishes: Partial<HttpRequest> = {}) {
  const said: string[] = [];
  const answer = await httpExchange({
    url: new URL(url),
    method: 'GET',
    patienceMs: 10_000,
    say: (step) => said.push(step),
    ...wishes,
  });
  return { ...answer, said: said.join('\n') };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

describe('an HTTP exchange', () => {
  it('carries method, headers and body, and gives the answer', async () => {
    const url = await web((request, response) => {
      void bodyOf(request).then((body) => {
        response.statusCode = 201;
        response.end(`${request.method} ${request.url} ${String(request.headers['x-a'])} ${body.toString()}`);
      });
    });
    const answer = await exchange(`${url}/a?b=c`, { method: 'PUT', headers: { 'x-a': '1' }, body: 'hej å' });
    expect(answer).toMatchObject({ status: 201, body: 'PUT /a?b=c 1 hej å' });
    expect(answer.said).toContain('The answer is 201 Created.');
  });

  it('logs in by Basic where only that is offered, and says nothing of the password', async () => {
    const url = await web((request, response) => {
      const expected = `Basic ${Buffer.from(`${USER.user}:${USER.password}`).toString('base64')}`;
      const isKnown = request.headers.authorization === expected;
      response.writeHead(isKnown ? 200 : 401, { 'www-authenticate': 'Basic realm="x"' }).end();
    });
    const answer = await exchange(url, { credentials: USER });
    expect(answer.status).toBe(200);
    expect(answer.said).toContain('answering by Basic as guard');
    expect(answer.said).not.toContain(USER.password);
    const wrong = await exchange(url, { credentials: { ...USER, password: 'no' } });
    expect(wrong.status).toBe(401);
    expect(wrong.said).toContain('does not accept the user name or the password');
    const none = await exchange(url);
    expect(none.said).toContain('there are none in the settings');
  });

  it.each(['MD5', 'SHA-256'] as const)(
    'logs in by Digest with %s rather than by Basic',
    async (algorithm) => {
      const url = await web((request, response) => {
        const line = request.headers.authorization;
        if (line === undefined) {
          response.setHeader('www-authenticate', [
            'Basic realm="x"',
            `Digest realm="r", nonce="n", qop="auth", algorithm=${algorithm}, opaque="o"`,
          ]);
          response.writeHead(401).end();
          return;
        }
        const given = parseAuthValues(line)[0]?.parameters ?? new Map<string, string>();
        const expected = digestResponse({
          algorithm,
          secretHash: secretHash(algorithm, USER.user, 'r', USER.password),
          ...{ nonce: 'n', method: 'POST', uri: '/x?y', quality: 'auth' as const, body: Buffer.alloc(0) },
          ...{ nonceCount: given.get('nc') ?? '', clientNonce: given.get('cnonce') ?? '' },
        });
        response
          .writeHead(given.get('response') === expected && given.get('opaque') === 'o' ? 200 : 403)
          .end();
      });
      const answer = await exchange(`${url}/x?y`, { method: 'POST', body: '{}', credentials: USER });
      expect(answer.status).toBe(200);
      expect(answer.said).toContain(`answering by Digest with ${algorithm} as guard`);
    },
  );

  it('takes the strongest of several digests', () => {
    const challenges = ['MD5', 'SHA-256'].map((name) => `Digest realm="r", nonce="n", algorithm=${name}`);
    const headers = { 'www-authenticate': challenges.join(', ') };
    const request = { method: 'GET', target: '/', body: Buffer.alloc(0) };
    expect(httpLogin('server', headers, USER, request)?.scheme).toBe('Digest with SHA-256');
  });

  it('tells who refuses, who does not exist and who hangs', async () => {
    const free = await listening(createTcpServer());
    for (const close of closing.splice(0)) close();
    await expect(exchange(`http://127.0.0.1:${free}`)).rejects.toThrow(
      /cannot be reached: nobody listens there/,
    );
    const hanging = await listening(createTcpServer());
    await expect(exchange(`http://127.0.0.1:${hanging}`, { patienceMs: 50 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    const dying = await listening(createTcpServer((socket) => socket.destroy()));
    await expect(exchange(`http://127.0.0.1:${dying}`)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });
});

describe('an HTTPS exchange', () => {
  let authority: TestCertificate;
  let own: TestCertificate;
  beforeAll(async () => {
    authority = await testAuthority();
    own = await testCertificate({ ip: ['127.0.0.1'], commonName: 'lamp' });
  });

  async function secureWeb(): Promise<string> {
    const server = createSecureServer({ cert: own.certificate, key: own.privateKey }, (_, response) => {
      response.end('safe');
    });
    return `https://127.0.0.1:${await listening(server)}/`;
  }

  it('trusts an authority that it is told of, and tells of the certificate', async () => {
    const trust = { verify: true, authorities: [authority.certificate] };
    const { body, said } = await exchange(await secureWeb(), { trust });
    expect(body).toBe('safe');
    expect(said).toMatch(/TLSv1\.3 is agreed on\. The certificate is for lamp, issued by .*, valid until/);
  });

  it('refuses an unknown authority, unless certificates are not checked', async () => {
    const url = await secureWeb();
    await expect(exchange(url)).rejects.toThrow(/is not trusted: its authority is not known/);
    const { body, said } = await exchange(url, { trust: { verify: false, authorities: [] } });
    expect(body).toBe('safe');
    expect(said).toContain('is not checked');
  });

  it('goes through a proxy that asks for a password', async () => {
    const url = await secureWeb();
    const proxy = createServer();
    proxy.on('connect', (request, client: Socket) => {
      const expected = `Basic ${Buffer.from(`${USER.user}:${USER.password}`).toString('base64')}`;
      if (request.headers['proxy-authorization'] !== expected) {
        client.end('HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm="p"\r\n\r\n');
        return;
      }
      const [host, port] = (request.url ?? '').split(':');
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Fine\r\n\r\n');
        server.pipe(client).pipe(server);
      });
      server.on('error', () => client.destroy());
    });
    const port = await listening(proxy);
    const trust = { verify: true, authorities: [authority.certificate] };
    const through = { host: '127.0.0.1', port, credentials: USER };
    expect(await exchange(url, { trust, proxy: through })).toMatchObject({ status: 200, body: 'safe' });
    await expect(exchange(url, { trust, proxy: { host: '127.0.0.1', port } })).rejects.toThrow(
      /check its user name and password/,
    );
  });

  it('says that the other side speaks no TLS', async () => {
    const plain = await web((_, response) => response.end());
    await expect(exchange(plain.replace('http:', 'https:'))).rejects.toThrow(/does not speak TLS/);
  });
});

describe('A proxy that answers 407 and cuts the connection', () => {
  it('is told the password at once', async () => {
    let count = 0;
    const proxy = await listening(
      createTcpServer((socket) => {
        socket.on('data', (chunk: Buffer) => {
          const isKnown = chunk.toString().toLowerCase().includes('proxy-authorization: basic');
          if (++count === 1 || !isKnown) socket.resetAndDestroy();
          else socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      }),
    );
    const through = { host: '127.0.0.1', port: proxy, credentials: USER };
    const { body, said } = await exchange('http://example.com/x', {
      method: 'POST',
      body: 'x',
      proxy: through,
    });
    expect(body).toBe('ok');
    expect(said).toContain('logging in there by Basic as guard at once');
    await expect(
      exchange('http://example.com/x', { proxy: { host: '127.0.0.1', port: proxy } }),
    ).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });
});

describe('a server that never answers', () => {
  it('is given up in time, also where garbage was collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const asked = new EventEmitter();
    const url = await web(() => asked.emit('request'));
    const isAsked = once(asked, 'request');
    const answer = httpExchange({ url: new URL(url), method: 'GET', patienceMs: 500 });
    // Heard from the beginning on: collecting may take longer than the patience.
    const refusal = expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
    await isAsked;
    for (let round = 0; round < 3; round++) {
      collect();
      await new Promise((resume) => setImmediate(resume));
    }
    await refusal;
  }, 15_000);

  it.each([
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
    ['has us continue for ever', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(20)],
  ])(
    'but %s is given up at once',
    async (_what, words) => {
      const port = await listening(createTcpServer((socket) => socket.on('data', () => socket.write(words))));
      const url = new URL(`http://127.0.0.1:${port}`);
      await expect(httpExchange({ url, method: 'GET' })).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    },
    5_000,
  );
});
