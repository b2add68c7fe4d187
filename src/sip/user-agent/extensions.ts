import { minutes, type Duration } from '../../base/duration.js';
import { SHORTEST_SESSION, type SessionTimerSettings } from '../dialog/session-interval.js';
import type { SipMessage } from '../message/index.js';

/** Reliable provisional responses (RFC 3262): never, where the peer wants or needs them, or always. */
export type ReliableProvisionalMode = 'off' | 'supported' | 'required';

/** Session timers as whoever makes an endpoint asks for them. */
type TimerWishes = {
  readonly mode?: SessionTimerSettings['mode'];
  readonly interval?: Duration;
  readonly minimum?: Duration;
};

/** What is wished for; what is left out stays as it is, or is the default. */
export type ExtensionWishes = {
  readonly sessionTimers?: TimerWishes;
  readonly reliableProvisional?: ReliableProvisionalMode;
};

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

  /** Those that an endpoint begins with. */
  static of(wishes: ExtensionWishes): Extensions {
    return DEFAULTS.with(wishes);
  }

  /** The same with changes. */
  with({ sessionTimers, reliableProvisional }: ExtensionWishes): Extensions {
    const timers = sessionTimers ? settingsOf(sessionTimers) : this.sessionTimers;
    return new Extensions(timers, reliableProvisional ?? this.reliableProvisional);
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

/** Seconds are all that the headers can say (RFC 4028 sections 4 and 5). */
function settingsOf({ mode = 'supported', interval, minimum }: TimerWishes): SessionTimerSettings {
  const shortest = Math.max(SHORTEST_SESSION, Math.ceil((minimum ?? 0) / 1_000));
  const wanted = Math.ceil((interval ?? minutes(30)) / 1_000);
  return { mode, interval: Math.max(shortest, wanted), minimum: shortest };
}

const DEFAULTS = new Extensions(settingsOf({}), 'supported');
