import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SipsirenDevice } from '../../support/sipsiren-process.js';
import { WebReceiver } from '../../support/web-receiver.js';

let folder: string;
let web: WebReceiver;
let siren: SipsirenDevice | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sipsiren-'));
  web = await WebReceiver.start();
});

afterEach(async () => {
  await siren?.process.kill();
  await web.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Promised {
  readonly delivery: string;
  readonly sequence: number;
}

/** Sends until the device is gone; what it said it keeps. */
async function sendUntilGone(device: SipsirenDevice, promised: Promised[]): Promise<void> {
  for (;;) {
    try {
      const { status, body } = await device.api('POST', '/recipients/guard/send', { text: 'x' });
      expect(status).toBe(202);
      promised.push(body as Promised);
    } catch (_gone) {
      return;
    }
  }
}

describe('A device that is killed while it delivers', () => {
  it('loses nothing that it promised, and gives everything on in its order', async () => {
    const promised: Promised[] = [];
    const recipient = { id: 'guard', name: 'Guard', kind: 'http', settings: { url: web.url } };
    for (const afterRequests of [5, 40, 1, 23]) {
      siren = await SipsirenDevice.start({ folder });
      if (promised.length === 0) await siren.api('POST', '/recipients', recipient);
      const goal = web.requests.all.length + afterRequests;
      const sending = [sendUntilGone(siren, promised), sendUntilGone(siren, promised)];
      await web.requests.until(
        'requests before the kill',
        () => web.requests.all.length >= goal || undefined,
      );
      siren.process.signal('SIGKILL');
      await Promise.all(sending);
      await siren.process.ended();
    }
    siren = await SipsirenDevice.start({ folder });
    const wanted = new Set(promised.map(({ delivery }) => delivery));
    await web.requests.until('everything that was promised', () => {
      for (const { id } of web.documents.slice(-200)) wanted.delete(id);
      return wanted.size === 0 || undefined;
    });
    const firstTimes = [...new Map(web.documents.toReversed().map((one) => [one.id, one])).values()];
    const sequences = firstTimes.map(({ sequence }) => sequence).toSorted((one, other) => one - other);
    // Each number stands for one notification, and those that came first in time come first in number.
    expect(new Set(sequences).size).toBe(sequences.length);
    const order = [...new Set(web.documents.map(({ sequence }) => sequence))];
    expect(order).toEqual(sequences);
    expect(promised.length).toBeGreaterThan(20);
    await siren.stop();
  }, 60_000);
});
