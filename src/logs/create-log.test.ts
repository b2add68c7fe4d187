import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../test/support/fake-clock.js';
import { seconds } from '../base/duration.js';
import { type LogOptions, createLog } from './create-log.js';

describe('createLog', () => {
  it('writes one JSON line with time, level, room, message and fields', () => {
    const { log, lines } = listen();
    log.room('calls').info('incoming call', { from: 'sip:guard@10.0.0.5', port: 5060 });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        level: 'info',
        time: '2026-01-01T00:00:00.000Z',
        room: 'calls',
        from: 'sip:guard@10.0.0.5',
        port: 5060,
        msg: 'incoming call',
      },
    ]);
    log.close();
  });

  it('writes a readable line where a person looks, without control characters of a peer', () => {
    const { log, lines } = listen({ pretty: true });
    log.room('sip').warn('malformed message', { text: 'a\u001b[2Jb' });
    expect(lines[0]).toMatch(/^\d\d:\d\d:00\.000 {2}warn {3}sip {7}malformed message {2}text=a·\[2Jb\n$/);
    log.close();
  });

  it('leaves out what is less severe than its level', () => {
    const { log, lines } = listen({ level: 'warn' });
    log.info('not this');
    log.debug('nor this');
    log.error('this');
    expect(lines).toHaveLength(1);
    log.close();
  });

  it('hides secrets wherever they stand', () => {
    const { log, lines } = listen();
    log.info('account changed', {
      account: { userId: '1001', password: 'p4ss', proxies: [{ username: 'u', password: 'p5ss' }] },
      message: 'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username="u", response="abc"\r\nVia: x',
      challenge: 'realm="r", nonce="n0nce"',
      uri: 'sip:user:s3cret@example.com',
      error: new Error('login with password=p6ss failed'),
      headers: { Authorization: 'Basic YTpi' },
    });
    const text = lines.join('');
    for (const secret of ['p4ss', 'p5ss', 'p6ss', 'abc', 'n0nce', 's3cret', 'YTpi'])
      expect(text).not.toContain(secret);
    expect(text).toContain('1001');
    expect(text).toContain('Via: x');
    log.close();
  });

  it('does not let a field take the place of the time, the level or the message', () => {
    const { log, lines } = listen();
    log.info('true', { msg: 'false', level: 'fatal', time: 0 });
    expect(JSON.parse(lines[0]!)).toMatchObject({ msg: 'true', level: 'info', msg_: 'false' });
    log.close();
  });

  it('survives fields that lead round in a circle', () => {
    const { log, lines } = listen();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    log.info('circle', circle);
    expect(lines[0]).toContain('[deeper]');
    log.close();
  });

  it('cuts a flood of one message short and says how much there was', () => {
    const { log, lines, clock } = listen({ limit: { lines: 3, window: seconds(10) } });
    for (let count = 0; count < 1_000; count++) log.warn('call refused', { count });
    log.warn('something else');
    expect(lines).toHaveLength(4);
    clock.advance(seconds(10));
    expect(lines).toHaveLength(5);
    expect(JSON.parse(lines[4]!)).toMatchObject({ msg: 'call refused', repeated: '997 more times' });
    log.warn('call refused');
    expect(lines).toHaveLength(6);
    log.close();
  });

  it('leaves no timer behind when it closes', () => {
    const { log, clock } = listen();
    log.info('one');
    log.close();
    expect(clock.advanceToNextTimer()).toBe(false);
  });
});

function listen(options: Partial<LogOptions> = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { clock, lines, log: createLog({ level: 'info', pretty: false, clock, destination, ...options }) };
}
