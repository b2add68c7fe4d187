import type { Page } from 'playwright-core';
import { sectionColors } from '../../web/src/beacon/section-colors.js';
import type { PageGlobals } from './page-globals.js';

/** The sharp sections of the ring, without their bloom. */
const SECTIONS = '.beacon > [data-section]';
/** A glow below this is dark to the eye. */
const DARK_BELOW = 0.01;

/** How a page must paint a frame of the output, section by section, in words that can be compared. */
export function paintedOf(frame: Uint8Array): string {
  return sectionColors(frame)
    .map(({ color, glow }) =>
      glow < DARK_BELOW ? 'dark' : `${color.replaceAll(' ', ', ')} at ${glow.toFixed(3)}`,
    )
    .join('; ');
}

/** A flash may be shorter than a screenshot takes. */
const MOST_ATTEMPTS = 3;

/** The beacon of a page, as a person sees it. */
export class BeaconView {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async now(): Promise<string> {
    const [painted] = await this.during(0);
    return painted ?? '';
  }

  /** What was painted, from one refresh of the screen to the next. */
  during(milliseconds: number): Promise<string[]> {
    return this.#page.evaluate(
      ({ selector, duration, darkBelow }) => {
        const { document, requestAnimationFrame } = globalThis as unknown as PageGlobals;
        const sections = [...document.querySelectorAll(selector)];
        const seen: string[] = [];
        const end = performance.now() + duration;
        return new Promise<string[]>((resolve) => {
          const sample = (now: number) => {
            const words = sections.map(({ style }) => {
              const glow = Number(style.opacity);
              return glow < darkBelow ? 'dark' : `${style.fill} at ${glow.toFixed(3)}`;
            });
            seen.push(words.join('; '));
            if (now >= end) resolve(seen);
            else requestAnimationFrame(sample);
          };
          requestAnimationFrame(sample);
        });
      },
      { selector: SECTIONS, duration: milliseconds, darkBelow: DARK_BELOW },
    );
  }

  /** The glow of all sections together as it is on the screen, fading included. */
  brightnessDuring(milliseconds: number): Promise<number[]> {
    return this.#page.evaluate(
      ({ selector, duration }) => {
        const { document, requestAnimationFrame, getComputedStyle } = globalThis as unknown as PageGlobals;
        const sections = [...document.querySelectorAll(selector)];
        const seen: number[] = [];
        const end = performance.now() + duration;
        return new Promise<number[]>((resolve) => {
          const sample = (now: number) => {
            seen.push(sections.reduce((sum, one) => sum + Number(getComputedStyle(one).opacity), 0));
            if (now >= end) resolve(seen);
            else requestAnimationFrame(sample);
          };
          requestAnimationFrame(sample);
        });
      },
      { selector: SECTIONS, duration: milliseconds },
    );
  }

  /** Waits for a moment in which the light is on. */
  async whenLit(): Promise<void> {
    await this.#page.waitForFunction((selector) => {
      const { document } = globalThis as unknown as PageGlobals;
      return [...document.querySelectorAll(selector)].some(({ style }) => Number(style.opacity) > 0.1);
    }, SECTIONS);
  }

  /** A picture of the screen, taken again where the flash was over before it was. */
  async screenshotLit(path: string): Promise<void> {
    await this.#page.evaluate(() => (globalThis as unknown as PageGlobals).scrollTo(0, 0));
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      await this.whenLit();
      await this.#page.screenshot({ path });
      if ((await this.now()).includes('rgb')) return;
    }
  }
}
