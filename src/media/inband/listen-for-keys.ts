import { InbandDetector } from './inband-detector.js';

/** What can be listened to: a session of media. */
interface Audible {
  listen(listener: (samples: Int16Array, rate: number) => void): () => void;
}

/** Listens to the peer's audio for keys until the function it returns is called, or the session ends. */
export function listenForKeys(media: Audible, onKey: (key: string) => void): () => void {
  let detector: InbandDetector | undefined;
  let detectedRate = 0;
  return media.listen((samples, rate) => {
    // Another codec may have another rate.
    if (detector === undefined || rate !== detectedRate) {
      detector = new InbandDetector({ rate, onKey });
      detectedRate = rate;
    }
    detector.receive(samples);
  });
}
