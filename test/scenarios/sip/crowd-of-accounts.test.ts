import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { milliseconds, minutes, seconds } from '../../../src/base/duration.js';
import { parseUri, type Registration } from '../../../src/sip/index.js';
import type { SipRequest } from '../../../src/sip/message/index.js';
import { WireScene } from './wire-peer.js';

const ACCOUNTS = 300;
const TURN = milliseconds(20);

let scene: WireScene;
let crowd: Registration[];
/** Whether the registrar answers. */
let isUp: boolean;
/** REGISTERs that came for the first time, retransmissions left out, in each turn since the last look. */
let arrivals: number[];
let answered: number;
const seen = new Set<string>();

beforeEach(async () => {
  scene = await WireScene.create();
  [isUp, arrivals, answered] = [true, [], 0];
  seen.clear();
  crowd = Array.from({ length: ACCOUNTS }, (_, index) =>
    scene.endpoint.register({
      addressOfRecord: parseUri(`sip:${1_000 + index}@pbx.example.com`),
      registrar: parseUri('sip:10.0.0.1'),
      interval: minutes(5),
    }),
  );
});

afterEach(async () => {
  isUp = true;
  const stopped = Promise.all(crowd.map((registration) => registration.stop()));
  pass(seconds(3));
  await stopped;
  await scene.close();
  expect(scene.clock.pending).toEqual([]);
});

function pass(time: number): void {
  for (let passed = 0; passed < time; passed += TURN) {
    scene.pass(TURN);
    const requests = scene.peer.requests('REGISTER').slice(answered);
    answered += requests.length;
    arrivals.push(requests.filter(isNew).length);
    if (isUp) for (const request of requests) scene.peer.reply(request, 200, [['Expires', '300']]);
  }
}

function isNew(request: SipRequest): boolean {
  const key = `${request.callId} ${request.cseq.sequence}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** The most that arrived within a second. */
function peak(): number {
  let most = 0;
  const width = 1_000 / TURN;
  for (let start = 0; start < arrivals.length; start += width / 2) {
    const within = arrivals.slice(start, start + width).reduce((sum, count) => sum + count, 0);
    most = Math.max(most, within);
  }
  return most;
}

function registered(): number {
  return crowd.filter(({ status }) => status.state === 'registered').length;
}

describe(`${ACCOUNTS} accounts at one registrar`, () => {
  it('register within seconds, one after the other, and refresh spread out', () => {
    for (const registration of crowd) registration.start();
    pass(seconds(5));
    expect(registered()).toBe(ACCOUNTS);
    expect(Math.max(...arrivals)).toBeLessThanOrEqual(20);
    arrivals = [];
    pass(minutes(3));
    expect(arrivals.reduce((sum, count) => sum + count, 0)).toBe(ACCOUNTS);
    expect(peak()).toBeLessThan(100);
    expect(registered()).toBe(ACCOUNTS);
  });

  it('ask a dead registrar a few at a time, and are all back soon after it is', () => {
    isUp = false;
    for (const registration of crowd) registration.start();
    pass(seconds(150));
    expect(peak()).toBeLessThanOrEqual(60);
    arrivals = [];
    isUp = true;
    pass(seconds(75));
    expect(registered()).toBe(ACCOUNTS);
    expect(peak()).toBeLessThan(250);
  });
});
