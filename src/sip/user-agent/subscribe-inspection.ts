import {
  acceptField,
  eventField,
  expiresField,
  readLeniently,
  type MediaType,
  type SipRequest,
} from '../message/index.js';
import type { EventPackage } from '../subscription/event-package.js';
import type { SessionReply } from './session.js';

/** Shorter ones, but for 0, are refused (RFC 6665 section 4.2.1.1). In seconds. */
const SHORTEST = 60;

/** What is kept of a subscriber for as long as it likes is bounded: in characters, and in octets. */
const LONGEST_ID = 256;
const LARGEST_BODY = 4_096;

/** What a SUBSCRIBE asks for. */
export type Wanted = {
  readonly eventPackage: EventPackage;
  /** The value of Event in each NOTIFY. */
  readonly event: string;
  /** For how long, in seconds; 0 for the state of this moment alone. */
  readonly seconds: number;
};

export type SubscribeInspection =
  { readonly ok: true; readonly wanted: Wanted } | { readonly ok: false; readonly refusal: SessionReply };

/** Inspects a SUBSCRIBE in the order of RFC 6665 section 4.2.1.1. */
export function inspectSubscribe(
  request: SipRequest,
  packages: ReadonlyMap<string, EventPackage>,
): SubscribeInspection {
  const event = readLeniently(request, eventField);
  const eventPackage = packages.get(event?.name ?? '');
  if (event === undefined || eventPackage === undefined) {
    return refused({ status: 489, headers: [['Allow-Events', [...packages.keys()].join(', ')]] });
  }
  if ((event.id?.length ?? 0) > LONGEST_ID) return refused({ status: 400, reason: 'Bad Request (Event)' });
  // A filter may stand there, which nobody reads (section 4.1.2.4); it must not fill the memory.
  if (request.body.length > LARGEST_BODY) return refused({ status: 413 });
  if (request.contacts.length !== 1) {
    return refused({ status: 400, reason: 'Bad Request (a subscription needs one Contact)' });
  }
  const accepted = readLeniently(request, acceptField);
  if (accepted !== undefined && !accepted.some((type) => takes(type, eventPackage.contentType))) {
    return refused({ status: 406, headers: [['Accept', eventPackage.contentType]] });
  }
  const longest = eventPackage.lifetime / 1_000;
  const seconds = readLeniently(request, expiresField) ?? longest;
  if (seconds > 0 && seconds < SHORTEST) {
    return refused({ status: 423, headers: [['Min-Expires', String(SHORTEST)]] });
  }
  const value = event.id === undefined ? event.name : `${event.name};id=${event.id}`;
  return { ok: true, wanted: { eventPackage, event: value, seconds: Math.min(seconds, longest) } };
}

function takes({ type }: MediaType, wanted: string): boolean {
  return type === wanted || type === '*/*' || type === 'application/*';
}

function refused(refusal: SessionReply): SubscribeInspection {
  return { ok: false, refusal };
}
