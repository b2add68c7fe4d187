import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testAuthority, testCertificate } from '../certificates.js';
import { freePort } from '../free-port.js';
import { TestDevice, type TestDeviceOptions } from '../test-device.js';
import { until } from '../until.js';
import { readWav } from '../wav.js';
import { Asterisk } from './asterisk.js';
import { majorOf, type UnpackedAsterisk } from './unpacked-asterisk.js';

const CONFIG = 'test/asterisk/config';

/** Fields of an account; see `accountSchema`. */
interface AccountWishes extends Readonly<Record<string, unknown>> {
  readonly userId?: string;
  readonly transport?: 'udp' | 'tcp' | 'tls';
}

/** Each PBX of a test file gets media ports of its own, and each file that runs at the same time has others. */
let nextRtpPort = 10_000 + 400 * (Number(process.env['JEST_WORKER_ID'] ?? 0) % 12);

/** The Asterisk of the tests: sip-config/ and the tests' own endpoints and dial plan, on UDP, TCP and TLS. */
export class TestPbx {
  readonly asterisk: Asterisk;
  readonly tlsPort: number;
  readonly major: number;
  /** The console's answer to the last call that it placed, which comes when that call is answered or over. */
  #originated: Promise<string> | undefined;
  readonly #sirens: TestDevice[] = [];
  /** Where in its log the messages of the present test begin. */
  #logFrom = 0;

  private constructor(asterisk: Asterisk, tlsPort: number, major: number) {
    this.asterisk = asterisk;
    this.tlsPort = tlsPort;
    this.major = major;
  }

  static async start(source: UnpackedAsterisk): Promise<TestPbx> {
    const major = majorOf(source);
    const port = await freePort();
    const tlsPort = await freePort();
    const [server, authority] = [await testCertificate({ ip: ['127.0.0.1'] }), await testAuthority()];
    const rtpStart = nextRtpPort;
    nextRtpPort += 200;
    const asterisk = new Asterisk({
      source,
      port,
      rtpStart,
      tls: { port: tlsPort, ...server, authorities: authority.certificate },
      extraConfig: [
        `${CONFIG}/extensions_local.conf`,
        `${CONFIG}/pjsip_local.conf`,
        `${CONFIG}/modules_local.conf`,
        // Asterisk learnt to offer SHA-256 long after 16.
        ...(major >= 22 ? [`${CONFIG}/pjsip_digest.conf`] : []),
      ],
    });
    await asterisk.start();
    return new TestPbx(asterisk, tlsPort, major);
  }

  /** For `recordInterop`. */
  get peer(): { readonly peer: string; readonly version: string } {
    return { peer: 'Asterisk', version: this.version };
  }

  /** `22.10.1` */
  get version(): string {
    return /\d+(?:\.\d+)+/.exec(this.asterisk.version)?.[0] ?? this.asterisk.version;
  }

  /** An account of the siren's at this PBX, registered over UDP unless `more` says otherwise. */
  account(more: AccountWishes = {}): Record<string, unknown> {
    const { userId = 'siren', transport = 'udp' } = more;
    const port = transport === 'tls' ? this.tlsPort : this.asterisk.port;
    return {
      id: 'pbx',
      mode: 'registered',
      userId,
      password: `change-me-${userId}`,
      registrar: `127.0.0.1:${port}`,
      ...more,
    };
  }

  /** The address of a number of its dial plan, for the siren to call. */
  address(number: string): string {
    return `sip:${number}@127.0.0.1:${this.asterisk.port}`;
  }

  /** Calls a number of a context, and runs a part of the tests' dial plan on the caller's side. */
  call(number: string, callerDoes: string, context = 'internal'): void {
    this.#originated = this.asterisk.command(
      `channel originate Local/${number}@${context} extension ${callerDoes}@tests`,
    );
  }

  /**
   * Calls the siren in one of the ways of pjsip_local.conf, `ulaw` or `info`, and runs a part of the tests' dial
   * plan on that very channel.
   */
  callBy(way: string, callerDoes: string): void {
    this.#originated = this.asterisk.command(
      `channel originate PJSIP/way-${way} extension ${callerDoes}@tests`,
    );
  }

  /** Starts a siren that goes when the test is over. */
  async startSiren(options: TestDeviceOptions): Promise<TestDevice> {
    const siren = await TestDevice.start(options);
    this.#sirens.push(siren);
    return siren;
  }

  /** Ends what a test has left: its calls, then its sirens. */
  async endTest(): Promise<void> {
    await this.hangUp();
    for (const siren of this.#sirens.splice(0)) await siren.close();
  }

  /** Ends whatever calls there are. */
  async hangUp(): Promise<void> {
    await this.asterisk.command('channel request hangup all');
    await this.#originated;
    this.#originated = undefined;
  }

  /** Whether it has a contact of the user. */
  async knows(userId: string): Promise<boolean> {
    return (await this.asterisk.command(`pjsip show aor ${userId}`)).includes(`sip:${userId}@127.0.0.1`);
  }

  /** Waits until it has no call, and gives a recording that its dial plan made. */
  async recording(name: string): Promise<ReturnType<typeof readWav>> {
    await this.isQuiet();
    return readWav(readFileSync(join(this.asterisk.folder, 'spool', name)));
  }

  /** From now on its log has every SIP message, for `messagesWith`. */
  async logSip(): Promise<void> {
    this.#logFrom = this.asterisk.log().length;
    await this.asterisk.command('pjsip set logger on');
  }

  /** The SIP messages since `logSip` that begin so and contain that, sent and received. */
  messagesWith(start: RegExp, part: RegExp): string[] {
    return this.#messages(/<--- (?:Received|Transmitting) SIP /).filter(
      (message) => start.test(message) && part.test(message),
    );
  }

  /** The same for one direction, as the PBX sees it. */
  messagesIn(direction: 'Received' | 'Transmitting', start: RegExp, part: RegExp): string[] {
    const headline = direction === 'Received' ? /<--- Received SIP / : /<--- Transmitting SIP /;
    return this.#messages(headline).filter((message) => start.test(message) && part.test(message));
  }

  #messages(headline: RegExp): string[] {
    return this.asterisk
      .log()
      .slice(this.#logFrom)
      .split(/^(?=.*<--- (?:Received|Transmitting) SIP )/m)
      .filter((entry) => headline.test(entry.slice(0, entry.indexOf('\n'))))
      .map((entry) => entry.slice(entry.indexOf('\n') + 1));
  }

  async isQuiet(): Promise<void> {
    await until('Asterisk to have no call', async () =>
      (await this.asterisk.command('core show channels')).includes('0 active channels'),
    );
  }

  close(): Promise<void> {
    return this.asterisk.close();
  }
}
