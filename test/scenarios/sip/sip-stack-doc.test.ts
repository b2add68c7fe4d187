import { afterEach, expect, it, jest } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SipEndpoint, type SessionEnd } from '../../../src/sip/index.js';
import { freePort } from '../../support/free-port.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const endpoints: SipEndpoint[] = [];
let folder: string | undefined;

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(endpoints.splice(0).map((endpoint) => endpoint.close()));
  if (folder !== undefined) await rm(folder, { recursive: true });
  folder = undefined;
  delete process.env['SIP_PORT'];
});

it('The user agent that docs/sip-stack.md prints takes a call as it says', async () => {
  const port = await freePort();
  process.env['SIP_PORT'] = String(port);
  const said: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line));

  const document = await readFile(join(ROOT, 'docs', 'sip-stack.md'), 'utf8');
  const [, code = ''] = /```js user-agent\n([\s\S]*?)```/.exec(document) ?? [];
  expect(
    code
      .trimEnd()
      .split('\n')
      .filter((line) => line !== '').length,
  ).toBeLessThanOrEqual(20);
  folder = await mkdtemp(join(tmpdir(), 'sip-stack-'));
  const file = join(folder, 'user-agent.ts');
  await writeFile(file, code.replace(`'sipsiren/sip'`, `'${join(ROOT, 'src', 'sip', 'index.ts')}'`));
  const program = (await import(file)) as { endpoint: SipEndpoint };
  endpoints.push(program.endpoint);

  const caller = new SipEndpoint({ listen: [{ protocol: 'udp', address: '127.0.0.1', port: 0 }] });
  endpoints.push(caller);
  await caller.start();
  const call = caller.invite({
    to: `sip:1001@127.0.0.1:${port}`,
    from: 'sip:alice@127.0.0.1',
    body: 'v=0\r\nm=audio 4000 RTP/AVP 0\r\n',
  });
  const progress: number[] = [];
  call.onProgress = ({ status }) => progress.push(status);
  const answer = await new Promise<string>((resolve) => (call.onAnswer = resolve));
  const ended = new Promise<SessionEnd>((resolve) => (call.onEnd = resolve));
  call.end();
  await ended;
  await caller.close();

  expect(progress).toEqual([180]);
  expect(answer).toContain('m=audio 9 RTP/AVP 0\r\na=inactive');
  expect(said).toEqual([
    `sip:alice@127.0.0.1 calls sip:1001@127.0.0.1:${port}`,
    'talking',
    'over: BYE by remote',
  ]);
});

it('The package offers the stack as sipsiren/sip', async () => {
  const description: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  expect(description).toMatchObject({ exports: { './sip': { default: './dist/sip/index.js' } } });
});
