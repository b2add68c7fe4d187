import type { CallState, CallStateChangeReason } from '../events/device-event.js';
import type { MediaStatistics } from '../media/media-statistics.js';
import type { CallFacts } from './call-facts.js';

/** A call as people and programs see it, in progress or over. */
export interface CallStatus extends CallFacts {
  readonly state: CallState;
  /** The last change, and what is known beyond it. */
  readonly reason?: CallStateChangeReason;
  readonly detail?: string;
  /** Whether the other side holds the call. An alarm goes on all the same. */
  readonly held: boolean;
  /** The audio codec, as soon as both sides have agreed on one. */
  readonly codec?: string;
  /** The suite that the audio is encrypted with; absent where it is not. */
  readonly encryption?: string;
  /** How the audio that we receive sounds, from 1 (bad) to 4.5 (mean opinion score, estimated). */
  readonly quality?: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  /** Keys the peer pressed, in order. */
  readonly digits: string;
  readonly media?: MediaStatistics;
}
