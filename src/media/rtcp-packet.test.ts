import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { FakeClock } from '../../test/support/fake-clock.js';
import { milliseconds, seconds } from '../base/duration.js';
import { Reception } from './reception.js';
import { compactNtp, ntpTime, readRtcp, writeRtcp, type OutgoingRtcp } from './rtcp-packet.js';
import { RtcpReporter } from './rtcp-reporter.js';
import { RtpSender } from './rtp-sender.js';

const REPORT: OutgoingRtcp = {
  ssrc: 0x11223344,
  cname: 'abcde',
  sender: {
    time: { seconds: 0xe0000001, fraction: 0x80000000 },
    mediaTime: 0xfffffff0,
    packets: 50,
    octets: 8_000,
  },
  report: {
    ssrc: 0x55667788,
    fractionLost: 51,
    cumulativeLost: -2,
    highestSequence: 0x0001_0002,
    jitter: 9,
    lastSenderReport: 0x0a0b0c0d,
    delay: 65_536,
  },
  isGoodbye: true,
};

describe('RTCP', () => {
  it('is written as RFC 3550 section 6 draws it', () => {
    expect(writeRtcp(REPORT).toString('hex')).toBe(
      '81c8000c11223344e000000180000000fffffff00000003200001f40' +
        '5566778833fffffe00010002000000090a0b0c0d00010000' +
        '81ca000311223344' +
        '01056162636465' +
        '00' +
        '81cb000111223344',
    );
  });

  it('is read as it was written', () => {
    expect(readRtcp(writeRtcp(REPORT))).toEqual({
      senderReport: 0x00018000,
      reports: [
        { ssrc: 0x55667788, cumulativeLost: -2, jitter: 9, lastSenderReport: 0x0a0b0c0d, delay: 65_536 },
      ],
    });
    const { sender: _sender, report: _report, ...bare } = REPORT;
    expect(readRtcp(writeRtcp(bare))).toEqual({ reports: [] });
  });

  it('counts time as NTP does', () => {
    expect(ntpTime(Date.UTC(1970, 0, 1))).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(ntpTime(Date.UTC(2026, 0, 1) + 250).fraction).toBe(0x40000000);
    expect(compactNtp({ seconds: 0xaaaa1234, fraction: 0x5678bbbb })).toBe(0x12345678);
  });

  it('is refused where it fails the checks of appendix A.2', () => {
    const whole = writeRtcp(REPORT);
    expect(readRtcp(whole.subarray(0, whole.length - 4))).toBeUndefined();
    expect(readRtcp(whole.subarray(52))).toBeUndefined();
    expect(readRtcp(Buffer.concat([whole, Buffer.from([0x40, 203, 0, 0])]))).toBeUndefined();
    expect(readRtcp(Buffer.alloc(0))).toBeUndefined();
  });

  it('never throws, whatever comes', () => {
    const whole = writeRtcp(REPORT);
    const changed = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 })
      .map((changes) => {
        const packet = Buffer.from(whole);
        for (const [position, octet] of changes) packet[position] = octet;
        return packet;
      });
    const random = fc.uint8Array({ maxLength: 60 }).map((octets) => Buffer.from(octets));
    fc.assert(
      fc.property(fc.oneof(changed, random), (packet) => {
        expect(readRtcp(packet)?.reports.length ?? 0).toBeLessThanOrEqual(31);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('reports', () => {
  function setUp() {
    const clock = new FakeClock();
    const sender = new RtpSender(() => undefined);
    return { clock, sender, reporter: new RtcpReporter({ clock, sender }) };
  }

  it('are due about every five seconds, the first one earlier', () => {
    const { clock, reporter } = setUp();
    reporter.start();
    const moments: number[] = [];
    for (let step = 0; step < 60_000; step++) {
      clock.advance(milliseconds(10));
      if (!reporter.isDue(clock.now())) continue;
      moments.push(clock.now());
      reporter.next(undefined);
    }
    expect(moments[0]).toBeLessThanOrEqual(3_100);
    const gaps = moments.slice(1).map((moment, index) => moment - (moments[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_040);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(6_170);
  });

  it('tell the round trip, the peer’s loss and its jitter', () => {
    const { clock, sender, reporter } = setUp();
    const sentAt = compactNtp(ntpTime(clock.wallTime()));
    clock.advance(milliseconds(2_000));
    const told = { fractionLost: 0, cumulativeLost: 4, highestSequence: 0, jitter: 80 };
    const delay = Math.round(1.93 * 65_536);
    const report = { ssrc: sender.ssrc, lastSenderReport: sentAt, delay, ...told };
    expect(reporter.receive(writeRtcp({ ssrc: 1, cname: 'x', isGoodbye: false, report }))).toBe(true);
    expect(reporter.peer).toMatchObject({ packetsLost: 4, jitter: 10 });
    expect(reporter.peer?.roundTrip).toBeCloseTo(70, 0);
  });

  it('of others are not taken for ours', () => {
    const { reporter, sender } = setUp();
    const report = { ...REPORT.report!, ssrc: (sender.ssrc ^ 1) >>> 0 };
    reporter.receive(writeRtcp({ ...REPORT, report }));
    expect(reporter.peer).toBeUndefined();
  });

  it('refer to the last sender report and when it came', () => {
    const { clock, reporter } = setUp();
    reporter.receive(writeRtcp(REPORT));
    clock.advance(seconds(1));
    const read = readRtcp(reporter.next(new Reception(5, 1)));
    expect(read?.reports).toMatchObject([{ ssrc: 5, lastSenderReport: 0x00018000, delay: 65_536 }]);
  });

  it('say goodbye only when somebody can know us', () => {
    const { reporter } = setUp();
    expect(reporter.goodbye(undefined)).toBeUndefined();
    reporter.next(undefined);
    expect(reporter.goodbye(undefined)?.subarray(-8, -4).toString('hex')).toBe('81cb0001');
  });
});
