import { readLeniently, rseqField, type HeaderLine, type SipResponse } from '../message/index.js';
import { requiresExtension } from './extensions.js';

/** What becomes of a provisional response. */
export type ProvisionalKind =
  /** Not reliable, as RFC 3261 knows it. */
  | 'plain'
  /** Reliable and the next one: it is taken, and a PRACK is due. */
  | 'reliable'
  /** A repetition, or one that came before its predecessor, which the peer will repeat. */
  | 'ignored';

/** The numbers of reliable provisional responses to one INVITE, of each branch of a fork (RFC 3262 section 4). */
export class PrackBook {
  #last: Map<string, number> | undefined;

  /** Looks at a response with a To tag, 101 to 199. */
  note(response: SipResponse): ProvisionalKind {
    if (!response.headers.has('RSeq') || !requiresExtension(response, '100rel')) return 'plain';
    const number = readLeniently(response, rseqField);
    const tag = response.toTag;
    if (number === undefined || tag === undefined) return 'plain';
    const last = this.#last?.get(tag);
    if (last !== undefined && number !== last + 1) return 'ignored';
    this.#last ??= new Map();
    this.#last.set(tag, number);
    return 'reliable';
  }

  /** The line by which a PRACK says what it acknowledges. */
  static lineFor(response: SipResponse): HeaderLine {
    const { sequence, method } = response.cseq;
    return ['RAck', `${response.headers.first('RSeq') ?? ''} ${sequence} ${method}`];
  }
}
