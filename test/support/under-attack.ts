import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { SipsirenDevice } from './sipsiren-process.js';
import { UdpPeer } from './udp-peer.js';
import { WireCall } from './wire-call.js';

/** Old space that the program may use, in MiB. */
const HEAP_MIB = 96;
/** The address of the phone whose alarm runs. */
const PHONE = '127.0.0.2';
/** Lines that an attack may add to the log, and to what the device says of itself. */
const MOST_LINES = 200;

interface Blocked {
  readonly address: string;
  readonly reason: string;
  readonly dropped: number;
}

/**
 * The program with little memory and an alarm that a phone at 127.0.0.2 has begun. All of 127.0.0.0/8 is this machine, so
 * each of its addresses is a source; the guard is told to judge them.
 */
export class UnderAttack {
  readonly device: SipsirenDevice;
  readonly phone: UdpPeer;
  readonly #alarm: WireCall;
  readonly #peers: UdpPeer[] = [];
  #memoryBefore: number;

  private constructor(device: SipsirenDevice, phone: UdpPeer, alarm: WireCall) {
    this.device = device;
    this.phone = phone;
    this.#alarm = alarm;
    this.#memoryBefore = this.#memory();
  }

  static async begin(args: readonly string[] = []): Promise<UnderAttack> {
    const device = await SipsirenDevice.start({
      nodeArguments: [`--max-old-space-size=${HEAP_MIB}`],
      arguments: args,
    });
    expect((await device.api('PATCH', '/source-guard', { includeLoopback: true })).status).toBe(200);
    const phone = await UdpPeer.open(device.sipPort, PHONE);
    return new UnderAttack(device, phone, await WireCall.establish(phone, '1001'));
  }

  /** A peer with an address of its own. */
  async peerAt(address: string): Promise<UdpPeer> {
    const peer = await UdpPeer.open(this.device.sipPort, address);
    this.#peers.push(peer);
    return peer;
  }

  /** What was taken up to now is not the attack's. */
  measureAnew(): void {
    this.#memoryBefore = this.#memory();
  }

  async blocked(): Promise<readonly Blocked[]> {
    return (await this.device.api('GET', '/blocked-sources')).body as Blocked[];
  }

  /** The alarm runs, somebody new is served, little memory was taken, and few lines were written. */
  async expectAlarm(newcomer = '127.0.0.3'): Promise<void> {
    const { body } = await this.device.api('GET', '/status');
    expect((body as { siren: unknown[] }).siren[0]).toMatchObject({ profile: 'Evacuation', running: true });
    expect((await this.#alarm.info('1')).status).toBe(200);
    const caller = await this.peerAt(newcomer);
    const call = await WireCall.establish(caller, '1002');
    expect((await call.bye()).status).toBe(200);
    expect((await this.#alarm.bye()).status).toBe(200);
    expect(this.#memory() - this.#memoryBefore).toBeLessThan(2 * HEAP_MIB);
    expect(this.device.process.output.all.length).toBeLessThan(MOST_LINES);
    expect(await this.device.stop()).toBe(0);
  }

  async close(): Promise<void> {
    for (const peer of [this.phone, ...this.#peers]) await peer.close();
    await this.device.remove();
  }

  /** Resident, in MiB; 0 where the system has no /proc, and the limit of the heap alone has to prove it. */
  #memory(): number {
    if (process.platform !== 'linux') return 0;
    const status = readFileSync(`/proc/${this.device.process.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_024;
  }
}
