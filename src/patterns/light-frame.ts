import type { LightColor } from './light-color.js';

/**
 * One picture of the ring: red, green, blue and white of each of the twelve sections, 48 bytes. Sections 0 to
 * 2 look towards direction A, 3 to 5 towards B, 6 to 8 towards C, 9 to 11 towards D. A byte is a perceived
 * brightness from 0 (dark) to 255, gamma already in it, as pages and LED controllers expect.
 */
export type LightFrame = Uint8Array;

export const SECTION_COUNT = 12;

/** Bytes of one section: red, green, blue, white. */
export const CHANNEL_COUNT = 4;

export const FRAME_BYTES = SECTION_COUNT * CHANNEL_COUNT;

/** Red, green, blue and white at full brightness. White is the lamp's own white, not the sum of the others. */
const CHANNELS: Readonly<Record<LightColor, readonly [number, number, number, number]>> = {
  red: [255, 0, 0, 0],
  green: [0, 255, 0, 0],
  blue: [0, 0, 255, 0],
  amber: [255, 126, 0, 0],
  white: [0, 0, 0, 255],
};

/** A dark frame. */
export function createLightFrame(): LightFrame {
  return new Uint8Array(FRAME_BYTES);
}

/** Adds `color` at `brightness` (0 to 1) to one section, up to full brightness of each channel. */
export function addToSection(
  frame: LightFrame,
  section: number,
  color: LightColor,
  brightness: number,
): void {
  const channels = CHANNELS[color];
  const offset = section * CHANNEL_COUNT;
  for (let channel = 0; channel < CHANNEL_COUNT; channel++) {
    const sum = (frame[offset + channel] ?? 0) + (channels[channel] ?? 0) * brightness;
    frame[offset + channel] = Math.min(255, Math.round(sum));
  }
}

/** Shows `color` at `brightness` (0 to 1) on the whole ring; no colour is dark. Whatever was there is gone. */
export function paintRing(frame: LightFrame, color: LightColor | undefined, brightness: number): void {
  frame.fill(0);
  if (color === undefined || brightness <= 0) return;
  for (let section = 0; section < SECTION_COUNT; section++) addToSection(frame, section, color, brightness);
}
