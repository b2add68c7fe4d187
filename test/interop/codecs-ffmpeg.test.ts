import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.js';
import { SystemClock } from '../../src/base/system-clock.js';
import type { AudioCodecName } from '../../src/media/codecs/audio-codec.js';
import { MediaEngine } from '../../src/media/media-engine.js';
import { continuousTone } from '../../src/media/tone-source.js';
import { Ffmpeg } from '../support/ffmpeg.js';
import { freePort } from '../support/free-port.js';
import { programVersion, recordInterop } from '../support/interop-record.js';
import { toneLevel } from '../support/tone-level.js';
import { until } from '../support/until.js';
import { readWav } from '../support/wav.js';

const TONE = 440;
/** Amplitudes of our tone and of ffmpeg's sine, in parts of full scale. */
const OURS = 11_600 / 32_768;
const THEIRS = 1 / 8;

interface Row {
  readonly codec: AudioCodecName;
  readonly payloadType: number;
  readonly map: string;
  /** What makes ffmpeg send it. */
  readonly encoder: readonly string[];
  readonly rate: number;
}

const ROWS: readonly Row[] = [
  { codec: 'PCMU', payloadType: 0, map: 'PCMU/8000', encoder: ['pcm_mulaw', '-ar', '8000'], rate: 8_000 },
  { codec: 'PCMA', payloadType: 8, map: 'PCMA/8000', encoder: ['pcm_alaw', '-ar', '8000'], rate: 8_000 },
  { codec: 'G722', payloadType: 9, map: 'G722/8000', encoder: ['g722', '-ar', '16000'], rate: 16_000 },
  { codec: 'opus', payloadType: 97, map: 'opus/48000/2', encoder: ['libopus', '-ar', '48000'], rate: 48_000 },
  { codec: 'L16', payloadType: 97, map: 'L16/16000', encoder: ['pcm_s16be', '-ar', '16000'], rate: 16_000 },
  { codec: 'L16', payloadType: 11, map: 'L16/44100', encoder: ['pcm_s16be', '-ar', '44100'], rate: 44_100 },
];

let folder: string;
let engine: MediaEngine;
let ffmpeg: Ffmpeg | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'codecs-'));
  engine = new MediaEngine({
    clock: new SystemClock(),
    log: silentLog,
    address: '127.0.0.1',
    firstPort: 48_000,
  });
});

afterEach(async () => {
  await ffmpeg?.close();
  ffmpeg = undefined;
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What ffmpeg reads as a description of what we send, and we as its answer or offer. */
function description(port: number, { payloadType, map }: Row): string {
  const head = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...head, `m=audio ${port} RTP/AVP ${payloadType}`, `a=rtpmap:${payloadType} ${map}`, ''].join(
    '\r\n',
  );
}

function record(row: Row, way: string): void {
  recordInterop({ peer: 'ffmpeg', version: programVersion('ffmpeg'), feature: `Codec ${row.map}, ${way}` });
}

describe.each(ROWS)('ffmpeg and $map', (row) => {
  it('hears the tone that we send', async () => {
    record(row, 'what the siren sends');
    const port = await freePort();
    const session = await engine.createSession({ advertisedAddress: '127.0.0.1', codecs: [row.codec] });
    session.answer(description(port, row));
    session.play(continuousTone(TONE));
    session.start();
    writeFileSync(join(folder, 'session.sdp'), description(port, row));
    const wav = join(folder, 'heard.wav');
    ffmpeg = new Ffmpeg(
      ...['-protocol_whitelist', 'file,udp,rtp,data', '-i', join(folder, 'session.sdp')],
      ...['-t', '2', '-ac', '1', '-c:a', 'pcm_s16le', wav],
    );
    await ffmpeg.done();
    const { samples, sampleRate } = readWav(readFileSync(wav));
    expect(sampleRate).toBe(row.rate);
    // The first moments belong to the codec's settling.
    const heard = samples.slice(sampleRate / 2);
    expect(toneLevel(heard, sampleRate, TONE)).toBeCloseTo(OURS, 1);
    expect(toneLevel(heard, sampleRate, 3 * TONE)).toBeLessThan(0.01);
  });

  it('is heard by us, without a loss', async () => {
    record(row, 'what the siren hears');
    const session = await engine.createSession({ advertisedAddress: '127.0.0.1', codecs: [row.codec] });
    session.answer(description(await freePort(), row));
    const heard: number[] = [];
    let rate = 0;
    session.listen((samples, sampleRate) => {
      rate = sampleRate;
      for (const sample of samples) heard.push(sample / 32_768);
    });
    session.start();
    const [codec = '', ...settings] = row.encoder;
    ffmpeg = new Ffmpeg(
      ...['-re', '-f', 'lavfi', '-i', `sine=frequency=${TONE}:sample_rate=${row.rate}:duration=3`],
      ...['-ac', '1', '-c:a', codec, ...settings, '-payload_type', String(row.payloadType)],
      ...['-f', 'rtp', `rtp://127.0.0.1:${session.port}?pkt_size=1000`],
    );
    await ffmpeg.done();
    await until('two seconds of sound', () => heard.length > 2 * rate);
    expect(rate).toBe(row.rate);
    const sound = Float64Array.from(heard.slice(rate, 2 * rate));
    expect(toneLevel(sound, rate, TONE)).toBeCloseTo(THEIRS, 1);
    expect(toneLevel(sound, rate, 3 * TONE)).toBeLessThan(0.01);
    expect(session.statistics).toMatchObject({ lost: 0, duplicates: 0, codecReceived: row.codec });
  });
});
