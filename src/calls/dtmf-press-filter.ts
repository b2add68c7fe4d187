/** How a key reached us. */
export type DtmfMethod = 'rtp' | 'info' | 'inband';

/** One report of a key. */
export interface ReportedKey {
  readonly digit: string;
  readonly method: DtmfMethod;
  /** When it was reported, in milliseconds of the clock. */
  readonly at: number;
  /** How long the key had been down by then, in milliseconds. */
  readonly duration: number;
}

interface Press {
  readonly digit: string;
  readonly begin: number;
  /** The latest moment at which it was heard of. */
  end: number;
  readonly methods: Set<DtmfMethod>;
}

/**
 * How far apart two reports of one press may lie. SIP INFO takes the way through the PBX, which may repeat it after
 * half a second (timer T1), and a detector of tones needs some frames to be sure.
 */
const SLACK = 500;
/** More presses than fingers make in the time that counts. */
const MOST_REMEMBERED = 32;

/**
 * Tells presses from reports: a PBX may send one press as telephone events, by INFO and as a tone at once, and each
 * must count once. Reports of the same key by different methods that lie close together are the same press; two by
 * the same method never are. They are paired in their order, so that quick repetitions of a key keep their number
 * however the methods run ahead of each other.
 */
export class DtmfPressFilter {
  readonly #presses: Press[] = [];

  /** Whether this is the first report of its press. */
  isNew({ digit, method, at, duration }: ReportedKey): boolean {
    this.#forget(at);
    const begin = at - Math.max(0, duration);
    for (const press of this.#presses) {
      if (press.digit !== digit || press.methods.has(method)) continue;
      if (begin > press.end + SLACK || at < press.begin - SLACK) continue;
      press.methods.add(method);
      press.end = Math.max(press.end, at);
      return false;
    }
    if (this.#presses.length >= MOST_REMEMBERED) this.#presses.shift();
    this.#presses.push({ digit, begin, end: at, methods: new Set([method]) });
    return true;
  }

  /** The press that was reported last by this method went on until then. */
  hold(method: DtmfMethod, until: number): void {
    const latest = this.#presses.findLast((press) => press.methods.has(method));
    if (latest !== undefined) latest.end = Math.max(latest.end, until);
  }

  /** What ended long ago can be told of by a late report of a long press only; the longest INFO states is 10 s. */
  #forget(now: number): void {
    let kept = 0;
    for (const press of this.#presses) {
      if (press.end + SLACK + LONGEST_PRESS >= now) this.#presses[kept++] = press;
    }
    this.#presses.length = kept;
  }
}

const LONGEST_PRESS = 10_000;
