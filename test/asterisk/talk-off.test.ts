import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InbandDetector } from '../../src/media/inband/inband-detector.js';
import { unpackedAsterisks } from '../support/asterisk/unpacked-asterisk.js';

const RATE = 8_000;
/** A frame of GSM 06.10: 33 octets for 20 ms. Files of frames can be joined as they are. */
const FRAME_OCTETS = 33;

/** Every announcement that comes with an Asterisk, one after the other, as GSM left it: at least ten minutes. */
function announcements(root: string): Int16Array {
  const folder = join(root, 'usr/share/asterisk/sounds');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.gsm'),
  );
  const frames = Buffer.concat(
    files.sort().map((file) => {
      const content = readFileSync(join(folder, file));
      return content.subarray(0, content.length - (content.length % FRAME_OCTETS));
    }),
  );
  const decoded = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'gsm', '-i', 'pipe:0', '-f', 's16le', '-ar', String(RATE), 'pipe:1'],
    { input: frames, maxBuffer: 1e9 },
  );
  return new Int16Array(decoded.buffer, decoded.byteOffset, decoded.length >> 1);
}

describe('the announcements of a PBX', () => {
  it('go on for more than ten minutes and dial nothing', () => {
    const [asterisk] = unpackedAsterisks();
    const speech = announcements(asterisk?.root ?? '');
    expect(speech.length / RATE).toBeGreaterThan(600);
    let keys = '';
    new InbandDetector({ rate: RATE, onKey: (key) => (keys += key) }).receive(speech);
    expect(keys).toBe('');
  });
});
