import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwaitedList } from './awaited-list.js';
import { saveCertificate, type TestCertificate } from './certificates.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

type Protocol = 'tcp' | 'ssl' | 'ws' | 'wss';

export interface MosquittoOptions {
  /** What it speaks beside TCP. Default: nothing. */
  readonly protocols?: readonly Exclude<Protocol, 'tcp'>[];
  /** Its certificate for SSL and WebSocket Secure. */
  readonly certificate?: TestCertificate;
  /** Clients must show a certificate of this authority, PEM, over SSL. Default: none. */
  readonly clientAuthority?: string;
  /** Who may come in. Default: everybody. */
  readonly users?: Readonly<Record<string, string>>;
  /** More lines of its configuration. */
  readonly lines?: readonly string[];
}

/** Debian's servers are in sbin, which is not in everybody's path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };

/** A real Mosquitto on loopback, in a folder of its own. */
export class Mosquitto {
  readonly ports: Readonly<Record<Protocol, number>>;
  readonly #folder: string;
  readonly #clients = new Set<ChildProcess>();
  #process: ChildProcess | undefined;
  #log = '';

  private constructor(folder: string, ports: Readonly<Record<Protocol, number>>) {
    this.#folder = folder;
    this.ports = ports;
  }

  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const folder = mkdtempSync(join(tmpdir(), 'mosquitto-'));
    const [tcp, ssl, ws, wss] = [await freePort(), await freePort(), await freePort(), await freePort()];
    const broker = new Mosquitto(folder, { tcp, ssl, ws, wss });
    await broker.#writeConfiguration(options);
    await broker.restart();
    return broker;
  }

  /** What it wrote so far. */
  get log(): string {
    return this.#log;
  }

  /** Starts it, without what it knew when it was killed. */
  async restart(): Promise<void> {
    this.#log = '';
    const child = spawn('mosquitto', ['-v', '-c', join(this.#folder, 'mosquitto.conf')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: ENVIRONMENT,
    });
    this.#process = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    await until('Mosquitto to start', () => {
      if (child.exitCode !== null) throw new Error(`Mosquitto ended by itself:\n${this.#log}`);
      return this.#log.includes('running');
    });
  }

  /** Ends it without a word, as a power cut would. */
  async kill(): Promise<void> {
    await end(this.#process, 'SIGKILL');
  }

  /** Publishes by mosquitto_pub; resolves when that is done. */
  async publish(topic: string, payload: string, ...words: readonly string[]): Promise<void> {
    const child = spawn('mosquitto_pub', [
      '-p',
      String(this.ports.tcp),
      '-t',
      topic,
      '-m',
      payload,
      ...words,
    ]);
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`mosquitto_pub ended with ${code}`);
  }

  /** Subscribes by mosquitto_sub; resolves once the broker has taken the subscription. */
  async subscribe(filter: string, ...words: readonly string[]): Promise<AwaitedList<SeenMessage>> {
    const seen = new AwaitedList<SeenMessage>();
    const before = this.#log.split('Sending SUBACK').length;
    const format = '{"retain":%r,"qos":%q,"topic":"%t","payload":"%x"}';
    const options = ['-p', String(this.ports.tcp), '-t', filter, '-F', format, '-q', '2'];
    const child = spawn('mosquitto_sub', [...options, ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.#clients.add(child);
    let rest = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) seen.add(seenMessage(line));
    });
    await until('the subscription', () => this.#log.split('Sending SUBACK').length > before);
    return seen;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients].map((child) => end(child, 'SIGTERM')));
    await end(this.#process, 'SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #writeConfiguration({
    protocols = [],
    certificate,
    clientAuthority,
    users,
    lines = [],
  }: MosquittoOptions): Promise<void> {
    const text = ['persistence false', 'per_listener_settings false', ...lines];
    if (users) {
      const file = join(this.#folder, 'passwords');
      writeFileSync(file, '', { mode: 0o600 });
      for (const [name, password] of Object.entries(users)) {
        execFileSync('mosquitto_passwd', ['-b', file, name, password], { stdio: 'pipe' });
      }
      text.push('allow_anonymous false', `password_file ${file}`);
    } else {
      text.push('allow_anonymous true');
    }
    text.push(`listener ${this.ports.tcp} 127.0.0.1`);
    for (const protocol of protocols) {
      text.push(`listener ${this.ports[protocol]} 127.0.0.1`);
      if (protocol !== 'ssl') text.push('protocol websockets');
      if (protocol === 'ws' || !certificate) continue;
      const paths = await saveCertificate(this.#folder, 'broker', certificate);
      text.push(`certfile ${paths.certificate}`, `keyfile ${paths.privateKey}`);
      if (clientAuthority === undefined || protocol !== 'ssl') continue;
      const authority = join(this.#folder, 'clients.crt');
      writeFileSync(authority, clientAuthority);
      text.push(`cafile ${authority}`, 'require_certificate true');
    }
    // Started by root it becomes another user, who could not read its folder.
    if (process.getuid?.() === 0) text.push('user root');
    writeFileSync(join(this.#folder, 'mosquitto.conf'), `${text.join('\n')}\n`);
  }
}

/** A message as mosquitto_sub saw it. */
export interface SeenMessage {
  readonly retain: boolean;
  readonly qos: number;
  readonly topic: string;
  readonly payload: string;
}

function seenMessage(line: string): SeenMessage {
  const { retain, qos, topic, payload } = JSON.parse(line) as Record<string, string | number>;
  return {
    retain: retain === 1,
    qos: Number(qos),
    topic: String(topic),
    payload: Buffer.from(String(payload), 'hex').toString(),
  };
}

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (child?.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}
