import { writeRtpHeader } from '../../src/media/rtp-header.js';
import { CRYPTO_SUITES, type CryptoSuiteName } from '../../src/media/srtp/crypto-suite.js';
import { randomMasterKey } from '../../src/media/srtp/master-key.js';
import { ReceivingContext } from '../../src/media/srtp/receiving-context.js';
import { SendingContext } from '../../src/media/srtp/sending-context.js';

/** What encryption costs with one suite. CPU time, the best of several rounds. */
export type SrtpCost = {
  readonly suite: CryptoSuiteName;
  /** Microseconds to protect a packet of 20 ms of G.711, and to open one. */
  readonly protect: number;
  readonly open: number;
  /** Microseconds to take up new keys in both directions, once for each call. */
  readonly keys: number;
  /** Share of a core that a call needs, 50 packets a second each way; 0.001 is a thousandth. */
  readonly share: number;
};

const HEADER = 12;
const PAYLOAD = 160;
const PACKETS = 20_000;
const KEYS = 500;
const ROUNDS = 4;
const PACKETS_A_SECOND = 50;

/** What SRTP costs in this process, without sockets. */
export function srtpCosts(): readonly SrtpCost[] {
  return (Object.keys(CRYPTO_SUITES) as CryptoSuiteName[]).map(costOf);
}

function costOf(name: CryptoSuiteName): SrtpCost {
  const suite = CRYPTO_SUITES[name];
  let [protect, open, keys] = [Infinity, Infinity, Infinity];
  for (let round = 0; round < ROUNDS; round++) {
    const master = randomMasterKey(suite);
    const sending = new SendingContext(suite, master);
    const receiving = new ReceivingContext(suite, [master]);
    const plain = Array.from({ length: PACKETS }, (_, sequence) => packet(sequence));
    const sealed: Buffer[] = [];
    protect = Math.min(
      protect,
      timePer(PACKETS, (at) => {
        const secured = sending.protectRtp(plain[at]!, HEADER);
        if (secured !== undefined) sealed.push(secured);
      }),
    );
    let genuine = 0;
    open = Math.min(
      open,
      timePer(PACKETS, (at) => {
        if (typeof receiving.openRtp(sealed[at]!, HEADER) !== 'string') genuine++;
      }),
    );
    if (genuine !== PACKETS) throw new Error(`${PACKETS - genuine} packets could not be opened.`);
    keys = Math.min(
      keys,
      timePer(KEYS, () => {
        new SendingContext(suite, randomMasterKey(suite));
        new ReceivingContext(suite, [master]);
      }),
    );
  }
  return { suite: name, protect, open, keys, share: ((protect + open) * PACKETS_A_SECOND) / 1e6 };
}

function packet(sequence: number): Buffer {
  const bytes = Buffer.alloc(HEADER + PAYLOAD, 0xff);
  const timestamp = sequence * PAYLOAD;
  writeRtpHeader(bytes, { marker: false, payloadType: 0, sequence, timestamp, ssrc: 0x5151_7e45 });
  return bytes;
}

/** Microseconds of CPU for each of so many runs. */
function timePer(count: number, run: (at: number) => void): number {
  const before = process.cpuUsage();
  for (let at = 0; at < count; at++) run(at);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}
