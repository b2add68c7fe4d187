import { describe, expect, it } from '@jest/globals';

import { RemoteSource } from './remote-source.js';
import { RtpHeader } from './rtp-header.js';

const SAID = { address: '10.0.0.5', port: 4_000 };
const OUTSIDE = { address: '203.0.113.9', port: 61_000 };
const STRANGER = { address: '198.51.100.66', port: 4_000 };

function headerOf(sequence: number, ssrc = 1): RtpHeader {
  return Object.assign(new RtpHeader(), { sequence, ssrc });
}

/** A source that listens since time 0, for a peer whose signaling comes from outside a translator. */
function sourceFor(signalingAddress: string | undefined = OUTSIDE.address): RemoteSource {
  const source = new RemoteSource(signalingAddress);
  source.negotiate(SAID, 0);
  source.listen(0);
  return source;
}

/** Two packets in sequence; whether the second was let in. */
function twoFrom(source: RemoteSource, from: typeof SAID, now: number): boolean {
  source.admits(headerOf(1), from, now);
  return source.admits(headerOf(2), from, now);
}

describe('the source of a call’s audio', () => {
  it('is what the description names, at any time, and nobody else once it has sent', () => {
    const source = sourceFor();
    expect(source.admits(headerOf(1), SAID, 0)).toBe(true);
    expect(twoFrom(source, OUTSIDE, 5_000)).toBe(false);
    expect(source.admits(headerOf(2), SAID, 60_000)).toBe(true);
  });

  it('is nobody before a description came', () => {
    expect(twoFrom(new RemoteSource(undefined), SAID, 1_000)).toBe(false);
  });

  it('is learned where the named one is silent, after the grace and with two packets in sequence', () => {
    const source = sourceFor();
    expect(twoFrom(source, OUTSIDE, 499)).toBe(false);
    expect(source.admits(headerOf(7), OUTSIDE, 600)).toBe(false);
    expect(source.admits(headerOf(9), OUTSIDE, 620)).toBe(false);
    expect(source.destination).toEqual(SAID);
    expect(source.admits(headerOf(10), OUTSIDE, 640)).toBe(true);
    expect(source.destination).toEqual(OUTSIDE);
    expect(source.admits(headerOf(11), OUTSIDE, 90_000)).toBe(true);
  });

  it('is never learned twice', () => {
    const source = sourceFor();
    expect(twoFrom(source, OUTSIDE, 600)).toBe(true);
    expect(twoFrom(source, { ...OUTSIDE, port: 61_002 }, 700)).toBe(false);
    expect(twoFrom(source, OUTSIDE, 800)).toBe(true);
  });

  it('is never a host that neither description nor signaling came from', () => {
    expect(twoFrom(sourceFor(), STRANGER, 1_000)).toBe(false);
  });

  it('is the negotiated host from another port', () => {
    expect(twoFrom(sourceFor('10.0.0.5'), { ...SAID, port: 5_555 }, 1_000)).toBe(true);
  });

  it('is not learned any more when the call is old', () => {
    expect(twoFrom(sourceFor(), OUTSIDE, 10_001)).toBe(false);
  });

  it('goes back to what the description names as soon as that sends', () => {
    const source = sourceFor();
    twoFrom(source, OUTSIDE, 600);
    expect(source.admits(headerOf(1), SAID, 700)).toBe(true);
    expect(source.destination).toEqual(SAID);
    expect(twoFrom(source, OUTSIDE, 800)).toBe(false);
  });

  it('stays learned over offers that repeat the address and is open again when it moves', () => {
    const source = sourceFor();
    twoFrom(source, OUTSIDE, 600);
    source.negotiate({ ...SAID }, 3_000);
    expect(source.destination).toEqual(OUTSIDE);
    source.negotiate({ ...SAID, port: 4_100 }, 20_000);
    expect(source.destination).toEqual({ ...SAID, port: 4_100 });
    expect(twoFrom(source, OUTSIDE, 20_100)).toBe(false);
    expect(twoFrom(source, OUTSIDE, 20_600)).toBe(true);
  });

  it('takes reports from the host that audio goes to', () => {
    const source = sourceFor();
    expect(source.admitsReport(SAID.address)).toBe(true);
    expect(source.admitsReport(OUTSIDE.address)).toBe(false);
  });
});
