import { minutes, seconds, type Duration } from '../../base/duration.js';

/** What peers may take from a transport. */
export interface TransportLimits {
  /** Stream connections that peers opened, all together. Default 1,000. */
  readonly maxConnections: number;
  /** Stream connections that one address opened. Default 100. */
  readonly maxConnectionsPerSource: number;
  /** Stream connections that we opened. Default 1,000. */
  readonly maxDialled: number;
  /** Bytes waiting for one peer that reads too slowly, before its connection is given up. Default 1 MiB. */
  readonly maxQueuedBytes: number;
  /** Octets in the body of a message on a stream, as many as a datagram may have. Default 64 KiB. */
  readonly maxBody: number;
  /** How long dialling a stream may take. Default 5 s. */
  readonly dialTimeout: Duration;
  /** How long a stream stays open with nothing said on it. Default 10 min. */
  readonly idleTimeout: Duration;
  /** How long one message may take to come in full, and how long a new connection may say nothing. Default 30 s. */
  readonly receiveTimeout: Duration;
  /** Answers to malformed requests per second, with as many again in a burst. Default 50. */
  readonly repliesPerSecond: number;
}

export const DEFAULT_LIMITS: TransportLimits = {
  maxConnections: 1_000,
  maxConnectionsPerSource: 100,
  maxDialled: 1_000,
  maxQueuedBytes: 1_048_576,
  maxBody: 65_536,
  dialTimeout: seconds(5),
  idleTimeout: minutes(10),
  receiveTimeout: seconds(30),
  repliesPerSecond: 50,
};
