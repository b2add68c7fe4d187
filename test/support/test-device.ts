import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, type Log } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import { accountSchema, PEER_TO_PEER_ACCOUNT } from '../../src/calls/account.js';
import type { SipSettings } from '../../src/calls/sip-settings.js';
import { Device } from '../../src/device.js';
import type { DeviceEvent, PublishedEvent } from '../../src/events/device-event.js';
import { certificatesSchema } from '../../src/security/certificate.js';
import { freePort } from './free-port.js';

/** Real time that an event may take before the test gives up on it. */
const PATIENCE_MS = 15_000;

type EventOf<Type extends DeviceEvent['type']> = Extract<DeviceEvent, { type: Type }>;

export interface TestDeviceOptions {
  /** Default true: the five profiles, two rules, calls allowed. */
  readonly demo?: boolean;
  /** SIP settings beside the port and the address. */
  readonly sip?: Partial<SipSettings>;
  /** Registered accounts beside the peer-to-peer one. */
  readonly accounts?: readonly Record<string, unknown>[];
  /** Certificates, as PEM, of authorities that it trusts. */
  readonly authorities?: readonly string[];
  /** Whether the page and the API are offered, on a free port. Default false. */
  readonly http?: boolean;
  /** Default: a free one. */
  readonly tlsPort?: number;
  /** The port of the page and the API. Default: a free one. */
  readonly httpPort?: number;
  readonly webRoot?: string;
  /** Default: one that keeps nothing. */
  readonly log?: Log;
  /** An existing data folder, which stays when the device is closed. Default: a fresh one, which goes. */
  readonly folder?: string;
}

/** A real device on loopback, with a data folder of its own, and a memory of everything it reported. */
export class TestDevice {
  readonly device: Device;
  readonly sipPort: number;
  readonly tlsPort: number;
  /** Everything published so far, oldest first. */
  readonly published: PublishedEvent[] = [];
  /** A folder to remove at the end. */
  readonly #ownFolder: string | undefined;
  readonly #waiting = new Set<() => void>();

  private constructor(device: Device, ports: { sip: number; tls: number }, ownFolder: string | undefined) {
    this.device = device;
    this.sipPort = ports.sip;
    this.tlsPort = ports.tls;
    this.#ownFolder = ownFolder;
    device.bus.subscribe((published) => {
      this.published.push(published);
      for (const check of this.#waiting) check();
    });
  }

  static async start(options: TestDeviceOptions = {}): Promise<TestDevice> {
    const ownFolder = options.folder === undefined ? mkdtempSync(join(tmpdir(), 'sipsiren-')) : undefined;
    const folder = options.folder ?? ownFolder ?? '';
    const port = await freePort();
    const tlsPort = options.tlsPort ?? (await freePort());
    const device = await Device.start({
      folder,
      clock: new SystemClock(),
      log: options.log ?? silentLog,
      demo: options.demo ?? true,
      // Each device of a test run gets media ports of its own, so that they need not search.
      sip: {
        port,
        tlsPort,
        addresses: ['127.0.0.1'],
        rtpStartPort: 20_000 + 2 * (port % 10_000),
      },
      ...(options.http
        ? {
            http: {
              address: '127.0.0.1',
              port: options.httpPort ?? 0,
              webRoot: options.webRoot ?? join(folder, 'no-page'),
            },
          }
        : {}),
    });
    const test = new TestDevice(device, { sip: port, tls: tlsPort }, ownFolder);
    if (options.authorities) {
      const trusted = options.authorities.map((certificate, index) => ({
        id: `authority-${index}`,
        name: `Authority ${index}`,
        kind: 'authority',
        certificate,
      }));
      await device.config.update('certificates', (own) => certificatesSchema.parse([...own, ...trusted]));
    }
    if (options.sip) {
      await device.control.run(
        'sip.update',
        { settings: options.sip },
        { name: 'test', role: 'administrator' },
      );
    }
    if (options.accounts) {
      await device.config.update('accounts', [
        PEER_TO_PEER_ACCOUNT,
        ...options.accounts.map((account) => accountSchema.parse(account)),
      ]);
    }
    return test;
  }

  get sipAddress(): string {
    return `127.0.0.1:${this.sipPort}`;
  }

  get url(): string {
    const { page } = this.device;
    if (!page) throw new Error('this device was started without its page');
    return `http://${page.address}:${page.port}`;
  }

  /** Events of one type so far. */
  events<Type extends DeviceEvent['type']>(type: Type): EventOf<Type>[] {
    return this.published.map(({ event }) => event).filter((event) => event.type === type) as EventOf<Type>[];
  }

  /** The first event, past or to come, that fits. */
  async event<Type extends DeviceEvent['type']>(
    type: Type,
    fits: (event: EventOf<Type>) => boolean = () => true,
  ): Promise<PublishedEvent<EventOf<Type>>> {
    const find = () =>
      this.published.find(({ event }) => event.type === type && fits(event as EventOf<Type>)) as
        PublishedEvent<EventOf<Type>> | undefined;
    return this.until(`an event ${type} that fits`, find);
  }

  /** Looks again at each event until there is a value. */
  until<Value>(what: string, look: () => Value | undefined): Promise<Value> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(limit);
        this.#waiting.delete(check);
        settle();
      };
      const limit = setTimeout(() => {
        const seen = this.published.map(({ event }) => JSON.stringify(event)).join('\n  ');
        finish(() => reject(new Error(`waited for ${what} in vain; seen:\n  ${seen}`)));
      }, PATIENCE_MS);
      const check = () => {
        const value = look();
        if (value !== undefined) finish(() => resolve(value));
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** A request to the API; gives status and body. */
  async api(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  async close(): Promise<void> {
    await this.device.close();
    if (this.#ownFolder !== undefined) rmSync(this.#ownFolder, { recursive: true, force: true });
  }
}
