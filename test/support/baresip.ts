import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../src/base/errors.js';
import { freePort, freePortPair } from './free-port.js';
import { until } from './until.js';
import { readWav, writeWav } from './wav.js';

const VOICE_RATE = 8_000;

/** Frames of its control interface are netstrings of JSON. */
function netstring(value: unknown): string {
  const text = JSON.stringify(value);
  return `${Buffer.byteLength(text)}:${text},`;
}

/** What baresip is to do over TLS: paths of its own certificate with the key, and of the authority that it trusts. */
export interface BaresipTls {
  readonly certificate: string;
  readonly authority: string;
}

/**
 * How it encrypts audio: `srtp` offers keys beside the plain profile, `srtp-mand` and `srtp-mandf` insist on
 * RTP/SAVP and RTP/SAVPF.
 */
export type BaresipEncryption = 'srtp' | 'srtp-mand' | 'srtp-mandf';

/** A baresip as a phone without registration, driven through its control interface. */
export class Baresip {
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #control: Socket;
  #output = '';
  #received = '';
  readonly #address: string;

  /** Where it is called by TLS. */
  readonly tlsAddress: string;

  private constructor(
    child: ChildProcess,
    control: Socket,
    { folder, sipPort }: { readonly folder: string; readonly sipPort: number },
  ) {
    // TLS has no port of its own in its settings: it is the next one.
    this.tlsAddress = `127.0.0.1:${sipPort + 1}`;
    this.#address = `127.0.0.1:${sipPort}`;
    this.#folder = folder;
    this.#child = child;
    this.#control = control;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
    control.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString();
    });
  }

  /** `encryption`: default none. `watched`: the address of a contact whose presence it subscribes to; default nobody. */
  static async start(tls?: BaresipTls, encryption?: BaresipEncryption, watched?: string): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'baresip-'));
    const [sipPort, controlPort] = [await freePortPair(), await freePort()];
    writeFileSync(
      join(folder, 'config'),
      [
        `sip_listen 127.0.0.1:${sipPort}`,
        'net_interface 127.0.0.1',
        'rtp_ports 16000-16400',
        'module_path /usr/lib/baresip/modules',
        ...['g711', 'aufile', 'sndfile', 'srtp', 'account', 'contact', 'presence', 'menu', 'ctrl_tcp'].map(
          (name) => `module ${name}.so`,
        ),
        ...(tls
          ? [`sip_certificate ${tls.certificate}`, `sip_cafile ${tls.authority}`, 'sip_verify_server yes']
          : []),
        `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
        `audio_source aufile,${join(folder, 'voice.wav')}`,
        `audio_player aufile,${join(folder, 'heard.wav')}`,
        `snd_path ${folder}`,
        'ausrc_srate 8000',
        'auplay_srate 8000',
      ].join('\n'),
    );
    const transport = tls ? ';transport=tls' : '';
    const media = encryption === undefined ? '' : `;mediaenc=${encryption}`;
    writeFileSync(
      join(folder, 'accounts'),
      `<sip:guard@127.0.0.1${transport}>;regint=0;answermode=auto;audio_codecs=PCMU/8000${media}\n`,
    );
    writeFileSync(
      join(folder, 'contacts'),
      watched === undefined ? '' : `"Siren" <${watched}>;presence=p2p\n`,
    );
    // The source must outlast every call: baresip hangs up when it ends.
    writeFileSync(join(folder, 'voice.wav'), writeWav(sine(440, 60), VOICE_RATE));
    const child = spawn('baresip', ['-f', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const control = await until('baresip to listen', () => tryConnect(controlPort));
    return new Baresip(child, control, { folder, sipPort });
  }

  dial(address: string): void {
    this.#command('dial', address);
  }

  hangUp(): void {
    this.#command('hangup');
  }

  /** Presses keys in the current call, one command each. */
  press(keys: string): void {
    for (const key of keys) this.#command('sndcode', key);
  }

  /** Writes to the contact whose presence it watches. */
  write(text: string): void {
    this.#command('contact_next');
    this.#command('message', text);
  }

  /** Waits until it shows this of its contacts. */
  async shows(words: RegExp): Promise<void> {
    await until(`baresip to show ${words}`, () => {
      this.#received = '';
      this.#command('contacts');
      return new Promise<boolean>((resolve) => setTimeout(() => resolve(words.test(this.#received)), 100));
    }).catch((error: unknown) => {
      throw new Error(`${messageOf(error)}\n${this.#output}\n${this.#received}`);
    });
  }

  /** Where it is called. */
  get address(): string {
    return this.#address;
  }

  /** Waits for an event of its control interface: CALL_ESTABLISHED, CALL_CLOSED… */
  async event(name: string): Promise<void> {
    await until(`baresip to report ${name}`, () => this.#received.includes(`"type":"${name}"`)).catch(
      (error: unknown) => {
        throw new Error(`${messageOf(error)}\n${this.#output}\n${this.#received}`);
      },
    );
  }

  /** What the other side of the last call sounded like; complete once the call is over. */
  heard(): { readonly samples: Float64Array; readonly sampleRate: number } {
    const name = readdirSync(this.#folder).find((one) => one.endsWith('-dec.wav')) ?? '';
    return readWav(readFileSync(join(this.#folder, name)));
  }

  async close(): Promise<void> {
    this.#control.destroy();
    if (this.#child.exitCode === null) {
      const exit = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      const limit = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
      await exit;
      clearTimeout(limit);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #command(command: string, params?: string): void {
    this.#control.write(netstring({ command, ...(params === undefined ? {} : { params }) }));
  }
}

async function tryConnect(port: number): Promise<Socket | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  }
}

function sine(hertz: number, seconds: number): Float64Array {
  return Float64Array.from(
    { length: seconds * VOICE_RATE },
    (_, index) => Math.sin((2 * Math.PI * hertz * index) / VOICE_RATE) / 4,
  );
}
