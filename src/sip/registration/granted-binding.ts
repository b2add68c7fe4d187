import {
  addressListField,
  expiresField,
  isSipUri,
  readLeniently,
  supportedField,
  uriEquals,
  type NameAddress,
  type SipRequest,
  type SipResponse,
  type Uri,
} from '../message/index.js';

/** What a registrar's 2xx says of our binding. */
export type GrantedBinding = {
  /** For how long it is kept; 0 where the registrar took the request and not the contact. */
  readonly seconds: number;
  /** The proxies that our own requests are to pass, first one first (RFC 3608). */
  readonly serviceRoute: readonly Uri[];
  /** Within how many seconds the server wants to hear from us on the flow (RFC 5626 section 5.4). */
  readonly flowTimer: number | undefined;
  /** Whether the registrar reaches us through this flow (RFC 5626 section 6). */
  readonly isOutbound: boolean;
};

const serviceRouteField = addressListField('Service-Route');

/** More routes than any network has; what is beyond would only make our requests too large. */
const MOST_ROUTES = 16;
const LONGEST = 2 ** 32 - 1;

/** Reads a 2xx to a REGISTER of ours (RFC 3261 section 10.2.4); `request` is that REGISTER as it was sent. */
export function grantedBinding(response: SipResponse, request: SipRequest): GrantedBinding {
  const routes = readLeniently(response, serviceRouteField) ?? [];
  return {
    seconds: grantedSeconds(response, request),
    serviceRoute: routes
      .map(({ uri }) => uri)
      .filter(isSipUri)
      .slice(0, MOST_ROUTES),
    flowTimer: secondsOf(response.headers.first('Flow-Timer')),
    isOutbound: response.headers.values('Require').includes('outbound') || supportsOutbound(response),
  };
}

/** Contacts as far as they can be read: others' bindings, which the registrar repeats, may be malformed. */
export function contactsOf(response: SipResponse): readonly NameAddress[] {
  try {
    return response.contacts;
  } catch {
    // Ours was accepted all the same.
    return [];
  }
}

/** What the registrar says beside our Contact goes before Expires, and that before what was asked for. */
function grantedSeconds(response: SipResponse, request: SipRequest): number {
  const asked = readLeniently(request, expiresField) ?? 0;
  const contacts = contactsOf(response);
  const own = request.contacts[0];
  const binding = own && (contacts.find(({ uri }) => uriEquals(uri, own.uri)) ?? sameInstance(contacts, own));
  // A server that changes the addresses it sees (NAT) gives back one that is not quite ours.
  const only = contacts.length === 1 ? contacts[0] : undefined;
  const general = readLeniently(response, expiresField);
  return secondsOf((binding ?? only)?.parameters.get('expires')) ?? general ?? asked;
}

/** The binding of our instance and flow, whatever became of its address (RFC 5626 section 6). */
function sameInstance(contacts: readonly NameAddress[], own: NameAddress): NameAddress | undefined {
  const instance = own.parameters.get('+sip.instance');
  if (instance === undefined) return undefined;
  const flow = own.parameters.get('reg-id');
  return contacts.find(
    ({ parameters }) => parameters.get('+sip.instance') === instance && parameters.get('reg-id') === flow,
  );
}

/** Some registrars say it in Supported only, though section 6 asks for Require. */
function supportsOutbound(response: SipResponse): boolean {
  return (
    response.headers.has('Flow-Timer') && (readLeniently(response, supportedField) ?? []).includes('outbound')
  );
}

function secondsOf(text: string | undefined): number | undefined {
  const seconds = parseInt(text ?? '', 10);
  return seconds >= 0 ? Math.min(seconds, LONGEST) : undefined;
}
