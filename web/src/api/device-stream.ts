import type { StatusView } from '../../../src/control/page-data.js';
import type { PublishedEvent } from '../../../src/events/device-event.js';

/** What sounds now. */
export type Sound = {
  readonly activityId: number;
  readonly pattern: string;
  readonly intensity: number;
  /** By which the sound is fetched, where that is not the pattern: a text is spoken with it. */
  readonly name?: string;
  /** What is heard once before the sound repeats. */
  readonly leadInMilliseconds?: number;
};

/** What the light shows at one instant. */
export type LightPicture = {
  /** Twelve sections of red, green, blue and white. */
  readonly sections: Uint8Array;
  /** Which activity shows, so that a change of it can be told from a change within its pattern. */
  readonly activityId: number | undefined;
  readonly sound: Sound | undefined;
};

/** A `frame` of the stream. */
type FrameMessage = {
  /** The sections in base64. */
  readonly frame: string;
  readonly light?: { readonly activityId: number };
  readonly sound?: Sound;
};

export type StreamListener = {
  onConnection(isConnected: boolean): void;
  onStatus(status: StatusView): void;
  onPicture(picture: LightPicture): void;
  onEvent(event: PublishedEvent): void;
  onMissed(count: number): void;
};

/** The browser tries again by itself, but not where the device refused. */
const RETRY_MILLISECONDS = 3_000;

/** Listens to the device until the returned function is called. */
export function openStream(listener: StreamListener): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const connect = () => {
    source = new EventSource('/api/v1/events?frames=1');
    listen(source, listener);
    source.onerror = () => {
      listener.onConnection(false);
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(connect, RETRY_MILLISECONDS);
    };
  };
  connect();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

function listen(source: EventSource, listener: StreamListener): void {
  const on = (name: string, take: (data: unknown) => void) => {
    source.addEventListener(name, (message: MessageEvent<string>) => take(JSON.parse(message.data)));
  };
  source.onopen = () => listener.onConnection(true);
  on('status', (data) => listener.onStatus(data as StatusView));
  on('device', (data) => listener.onEvent(data as PublishedEvent));
  on('missed', (data) => listener.onMissed((data as { count: number }).count));
  on('frame', (data) => listener.onPicture(pictureOf(data as FrameMessage)));
}

function pictureOf({ frame, light, sound }: FrameMessage): LightPicture {
  return { sections: bytesOf(frame), activityId: light?.activityId, sound };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
