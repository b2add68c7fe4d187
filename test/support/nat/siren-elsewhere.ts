import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SipsirenProcess } from '../sipsiren-process.js';
import { until } from '../until.js';
import type { NetworkNamespace } from './network-namespace.js';

const HTTP_PORT = 8080;

/** Asks the API from within the network, whose loopback is its own. */
const ASK = `
const [method, path, body] = process.argv.slice(1);
const headers = { 'content-type': 'application/json' };
const answer = await fetch('http://127.0.0.1:${HTTP_PORT}/api/v1' + path, { method, headers, body });
console.log(JSON.stringify({ status: answer.status, body: await answer.json().catch(() => null) }));
`;

/** One call, as far as the tests look at it. */
export interface CallElsewhere {
  readonly callId: string;
  readonly state: string;
  readonly direction: string;
  readonly media?: { readonly received: number; readonly sent: number };
}

/** The program in a network of its own. */
export class SirenElsewhere {
  readonly #process: SipsirenProcess;
  readonly #namespace: NetworkNamespace;
  readonly #folder: string;

  private constructor(program: SipsirenProcess, namespace: NetworkNamespace, folder: string) {
    this.#process = program;
    this.#namespace = namespace;
    this.#folder = folder;
  }

  /** `address`: of that network; `sipPort`: default 5060. */
  static async start(
    namespace: NetworkNamespace,
    { address, sipPort = 5060 }: { readonly address: string; readonly sipPort?: number },
  ): Promise<SirenElsewhere> {
    const folder = mkdtempSync(join(tmpdir(), 'sipsiren-nat-'));
    const sip = ['--sip-port', `${sipPort}`, '--sip-address', address, '--tls-port', `${sipPort + 1}`];
    const program = new SipsirenProcess(
      ['start', '--demo', '--data', folder, '--http-port', `${HTTP_PORT}`, ...sip],
      [],
      namespace.inside(),
    );
    await program.line(/is ready\.$/);
    return new SirenElsewhere(program, namespace, folder);
  }

  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const text = body === undefined ? [] : [JSON.stringify(body)];
    const node = [process.execPath, '--input-type=module', '-e', ASK, method, path, ...text];
    return JSON.parse(await this.#namespace.run(...node)) as { status: number; body: unknown };
  }

  async calls(): Promise<readonly CallElsewhere[]> {
    return (await this.api('GET', '/calls')).body as CallElsewhere[];
  }

  /** The newest call, once it is as asked for. */
  callThat(what: string, fits: (call: CallElsewhere) => boolean): Promise<CallElsewhere> {
    return until(what, async () => (await this.calls()).find(fits));
  }

  async close(): Promise<void> {
    this.#process.signal('SIGTERM');
    await this.#process.ended();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
