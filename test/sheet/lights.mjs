// The page of the sheet that shows every light: a strip of each speed, time to the right, the twelve sections downwards.
import { findLightPattern } from '../../dist/patterns/light/index.js';
import { LIGHT_CAPABILITIES } from '../../dist/patterns/light-capabilities.js';

const SECONDS = 4;
/** One column of a strip; every flash is longer. */
const COLUMN_MS = 8;
const COLUMNS = (SECONDS * 1_000) / COLUMN_MS;
const SECTIONS = 12;
const HEIGHT = 60;
const SMALL_HEIGHT = 24;
/** Beside white, so that both are seen. */
const BESIDE_WHITE = ['blue'];

/** HTML with nothing to load. */
export function lightsPage() {
  return `<!doctype html><style>
    body { margin: 16px; font: 13px/1.4 "DejaVu Sans", sans-serif; background: #fff; color: #222; width: 1248px }
    h1 { font-size: 18px; margin: 0 0 4px } p { margin: 0 0 12px; color: #555 }
    main { display: grid; grid-template-columns: repeat(2, 612px); gap: 16px 24px }
    figure { margin: 0 } figcaption { display: flex; justify-content: space-between; font-weight: bold }
    figcaption span { font-weight: normal; color: #666 }
    .strip { display: grid; grid-template-columns: 1fr 104px; gap: 6px; align-items: center; margin-top: 4px; color: #666; font-size: 11px }
    .strip b { color: #b00020; font-weight: normal } canvas { width: 500px; image-rendering: pixelated; outline: 1px solid #999 }
  </style><h1>The lights of sipsiren</h1>
  <p>${SECONDS} seconds of each speed; time goes to the right, the twelve sections from direction A on top to D.
  Large: the speed where nothing is said. Red: flashes more than three times in a second, only with allowFastFlashing.</p>
  <main>${LIGHT_CAPABILITIES.map(panel).join('')}</main>
  <script>
    for (const canvas of document.querySelectorAll('canvas')) {
      const pixels = Uint8ClampedArray.from(atob(canvas.dataset.pixels), (character) => character.charCodeAt(0));
      canvas.getContext('2d').putImageData(new ImageData(pixels, canvas.width, canvas.height), 0, 0);
    }
  </script>`;
}

function panel(capability) {
  const { name, speeds, colors } = capability;
  const shown = colors.max === 1 && colors.min === 0 ? BESIDE_WHITE : colors.default;
  return `<figure><figcaption>${name}<span>${shown.join(', ')}</span></figcaption>
    ${speeds.map((speed, index) => strip(capability, { speed, shown, flashes: capability.flashesPerSecond[index] })).join('')}
  </figure>`;
}

function strip({ name, speeds, defaultSpeed, moves }, { speed, shown, flashes }) {
  const height = speed === defaultSpeed ? HEIGHT : SMALL_HEIGHT;
  const rate = `${flashes} ${flashes === 1 ? 'flash' : 'flashes'} a second`;
  const text = `${speeds.length > 1 ? `speed ${speed}<br>` : ''}${moves ? rate : 'still'}`;
  return `<div class="strip"><canvas width="${COLUMNS}" height="${SECTIONS}" style="height: ${height}px"
    data-pixels="${pixels(name, { speed, intensity: 5, colors: shown })}"></canvas>
    <span>${flashes > 3 ? `<b>${text}</b>` : text}</span></div>`;
}

/** The strip as red, green, blue and opacity of each point, in base64. */
function pixels(name, settings) {
  const pattern = findLightPattern(name);
  const frame = new Uint8Array(SECTIONS * 4);
  const points = Buffer.alloc(COLUMNS * SECTIONS * 4, 255);
  for (let column = 0; column < COLUMNS; column++) {
    pattern.render(column * COLUMN_MS, settings, frame);
    for (let section = 0; section < SECTIONS; section++) {
      const white = frame[section * 4 + 3];
      for (let channel = 0; channel < 3; channel++) {
        const light = Math.min(255, frame[section * 4 + channel] + white);
        points[(section * COLUMNS + column) * 4 + channel] = light;
      }
    }
  }
  return points.toString('base64');
}
