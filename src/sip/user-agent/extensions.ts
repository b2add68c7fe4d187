import type { SessionTimerSettings } from '../dialog/session-interval.js';
import type { SipMessage } from '../message/index.js';

/** Reliable provisional responses (RFC 3262): never, where the peer wants or needs them, or always. */
export type ReliableProvisionalMode = 'off' | 'supported' | 'required';

/** The extensions of SIP that an endpoint speaks, and how. */
export class Extensions {
  readonly sessionTimers: SessionTimerSettings;
  readonly reliableProvisional: ReliableProvisionalMode;
  /** The option tags, as Supported names them; empty where there are none. */
  readonly supported: string;
  readonly #tags: ReadonlySet<string>;

  constructor(sessionTimers: SessionTimerSettings, reliableProvisional: ReliableProvisionalMode) {
    this.sessionTimers = sessionTimers;
    this.reliableProvisional = reliableProvisional;
    this.#tags = new Set([
      ...(sessionTimers.mode === 'off' ? [] : ['timer']),
      ...(reliableProvisional === 'off' ? [] : ['100rel']),
    ]);
    this.supported = [...this.#tags].join(', ');
  }

  has(tag: string): boolean {
    return this.#tags.has(tag);
  }
}

/** Whether a message names an option tag in Supported or Require. */
export function knowsExtension({ headers }: SipMessage, tag: string): boolean {
  return names(headers.all('Supported'), tag) || names(headers.all('Require'), tag);
}

/** Whether a message insists on an option tag. */
export function requiresExtension({ headers }: SipMessage, tag: string): boolean {
  return names(headers.all('Require'), tag);
}

function names(lines: readonly string[], tag: string): boolean {
  for (const line of lines) {
    if (!line.toLowerCase().includes(tag)) continue;
    if (line.split(',').some((item) => item.trim().toLowerCase() === tag)) return true;
  }
  return false;
}
