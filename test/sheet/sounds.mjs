// The page of the sheet that shows every sound: what sox sees in it, and how its loudness goes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderWav } from '../../dist/patterns/render-wav.js';
import { SOUND_PATTERNS } from '../../dist/patterns/sound/index.js';

/** Every panel shows as much, so that rhythms can be compared. */
const SECONDS = 5;
/** Telephones carry no more, and so has no sound. */
const RATE = 8_000;
const WIDTH = 400;
const HEIGHT = 129;
const WAVE_HEIGHT = 36;
const HEADER_BYTES = 44;

/** HTML with nothing to load. */
export async function soundsPage() {
  const folder = mkdtempSync(join(tmpdir(), 'sipsiren-sheet-'));
  try {
    const panels = [];
    for (const pattern of SOUND_PATTERNS) panels.push(await panel(pattern, folder));
    return `<!doctype html><style>
      body { margin: 16px; font: 13px/1.4 "DejaVu Sans", sans-serif; background: #fff; color: #222; width: 1248px }
      h1 { font-size: 18px; margin: 0 0 4px } p { margin: 0 0 12px; color: #555 }
      main { display: grid; grid-template-columns: repeat(3, ${WIDTH}px); gap: 14px 24px }
      figure { margin: 0 } figcaption { display: flex; justify-content: space-between; font-weight: bold }
      figcaption span { font-weight: normal; color: #666 }
      img, svg { display: block; width: ${WIDTH}px } img { height: ${HEIGHT}px }
      svg { height: ${WAVE_HEIGHT}px; background: #f3f3f3 }
    </style><h1>The sounds of sipsiren</h1>
    <p>${SECONDS} seconds of each, 0 to 4 kHz from bottom to top, as sox draws it (rate ${RATE} Hz, 70 dB from black
    to white); below, the sound pressure, and in red where the loop begins again.</p><main>${panels.join('')}</main>`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function panel(pattern, folder) {
  const loop = await renderWav(pattern, { sampleRate: RATE, intensity: 5 });
  const file = join(folder, 'sound.wav');
  const picture = join(folder, 'sound.png');
  writeFileSync(file, loop);
  const spectrogram = ['spectrogram', '-r', '-x', WIDTH, '-y', HEIGHT, '-z', 70, '-o', picture].map(String);
  execFileSync('sox', [file, '-n', 'repeat', '-', 'trim', '0', String(SECONDS), ...spectrogram]);
  const image = readFileSync(picture).toString('base64');
  return `<figure><figcaption>${pattern.name}<span>${pattern.period / 1_000} s</span></figcaption>
    <img src="data:image/png;base64,${image}">${wave(loop, pattern.period / 1_000)}</figure>`;
}

/** The highest and the lowest pressure in each column. */
function wave(loop, period) {
  const samples = (loop.length - HEADER_BYTES) / 2;
  const middle = WAVE_HEIGHT / 2;
  const height = (sample) => (middle - (sample / 32_768) * middle).toFixed(1);
  const columns = Array.from({ length: WIDTH }, (_, column) => {
    let [lowest, highest] = [0, 0];
    const first = Math.floor((column / WIDTH) * SECONDS * RATE);
    const last = Math.floor(((column + 1) / WIDTH) * SECONDS * RATE);
    for (let index = first; index < last; index++) {
      const sample = loop.readInt16LE(HEADER_BYTES + 2 * (index % samples));
      lowest = Math.min(lowest, sample);
      highest = Math.max(highest, sample);
    }
    return `M${column + 0.5} ${height(highest)}V${height(lowest - 300)}`;
  });
  const seams = Array.from({ length: Math.ceil(SECONDS / period) }, (_, turn) => {
    const x = ((turn * period) / SECONDS) * WIDTH;
    return `M${x.toFixed(1)} 0V${WAVE_HEIGHT}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${WAVE_HEIGHT}">
    <path d="${columns.join('')}" stroke="#246" /><path d="${seams.join('')}" stroke="#d22" /></svg>`;
}
