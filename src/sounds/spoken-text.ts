import { createHash } from 'node:crypto';

/** What is spoken and how; texts that are alike in it sound the same. */
export interface SpokenText {
  readonly text: string;
  readonly voice: string;
  /** Words a minute. */
  readonly speed: number;
}

/** The name of a text as a sound and as a file. With another way of rendering the number goes up. */
export function spokenTextKey({ text, voice, speed }: SpokenText): string {
  const content = JSON.stringify([1, voice, speed, text]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}
