import type { LightPicture } from './device-stream.js';

/** Hands pictures on to whoever paints, and keeps the newest for those who come later. */
export class PictureFeed {
  readonly #painters = new Set<(picture: LightPicture) => void>();
  #newest: LightPicture | undefined;

  push(picture: LightPicture): void {
    this.#newest = picture;
    for (const painter of this.#painters) painter(picture);
  }

  subscribe(painter: (picture: LightPicture) => void): () => void {
    this.#painters.add(painter);
    if (this.#newest) painter(this.#newest);
    return () => void this.#painters.delete(painter);
  }
}
