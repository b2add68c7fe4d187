/** What went through a transport since its start. Only grows, but for `connections`. */
export interface TransportCounts {
  /** Well-formed messages that came in. */
  readonly received: number;
  /** Messages handed to the system, repetitions included. */
  readonly sent: number;
  /** Datagrams and stream messages that are not SIP or break its grammar. */
  readonly malformed: number;
  /** Empty lines that peers send to keep a NAT binding or a connection open (RFC 5626 section 4.4.1). */
  readonly keepAlives: number;
  /** Responses whose top Via is not one of ours, dropped (RFC 3261 section 18.1.2). */
  readonly unmatchedVia: number;
  /** Answers to malformed requests that were not sent, because of the limit or an address that must not get one. */
  readonly droppedReplies: number;
  /** Messages that could not be delivered. */
  readonly failures: number;
  /** Datagrams that were not read, because of the source that they name. */
  readonly unheard: number;
  /** Connections closed at once because a limit was reached. */
  readonly refusedConnections: number;
  /** Connections of peers that came to nothing because TLS failed or their certificate was refused. */
  readonly failedHandshakes: number;
  /** Connections closed because a message did not come in full in time. */
  readonly stalledConnections: number;
  /** Connections closed because the peer does not read what it is sent. */
  readonly slowReaders: number;
  /** Exceptions of the transport user, which are our own bugs. */
  readonly internalErrors: number;
  /** Stream connections that exist now. */
  readonly connections: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** The counters as the transport's own parts see them. */
export type MutableCounts = Writable<TransportCounts>;

export function newCounts(): MutableCounts {
  return {
    received: 0,
    sent: 0,
    malformed: 0,
    keepAlives: 0,
    unmatchedVia: 0,
    droppedReplies: 0,
    failures: 0,
    unheard: 0,
    refusedConnections: 0,
    failedHandshakes: 0,
    stalledConnections: 0,
    slowReaders: 0,
    internalErrors: 0,
    connections: 0,
  };
}
