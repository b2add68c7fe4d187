/**
 * What sipp sends and expects in one call, step by step, as XML of its own kind. A story reads like the ladder
 * of messages that it is: `[invite(), receive(100, 'optional'), receive(200), ack(), bye(), receive(200)]`.
 */
export type Story = readonly string[];

/**
 * Refusals and answers to strangers carry other tags than the dialog's, and sipp's own memory holds the last one:
 * `[$tag]` is the dialog's with its `;tag=`, `[$bareTag]` without, `[$rseq]` the number of a reliable response.
 */
const REMEMBER = [
  '<ereg regexp=";tag=([^;]*)" search_in="hdr" header="To:" assign_to="tag,bareTag"/>',
  '<ereg regexp="RSeq: *([0-9]+)" search_in="msg" assign_to="found,rseq"/>',
];

/** The headers of the siren's latest request, which other messages may come after. */
const REQUEST_HEADERS = ['Via', 'From', 'To', 'CSeq'];
const REMEMBER_REQUEST = REQUEST_HEADERS.map(
  (name) => `<ereg regexp=".*" search_in="hdr" header="${name}:" assign_to="request${name}"/>`,
);

const VARIABLES = [
  ...['tag', 'bareTag', 'found', 'rseq'],
  ...REQUEST_HEADERS.map((name) => `request${name}`),
];

interface RequestOptions {
  /** Default 1 for what is outside a dialog. */
  readonly cseq?: number;
  /** Requests of the same name share a branch: a retransmission, or the CANCEL of an INVITE. Default: CSeq and method. */
  readonly transaction?: string;
  /** Whether it goes to where the dialog's peer wants it, with the peer's tag. Default true but for INVITE. */
  readonly inDialog?: boolean;
  /** Header lines, `Name: value`. */
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly contentType?: string;
  /** The tag of From. Default: one for each call. */
  readonly tag?: string;
  /** The Call-ID. Default: one for each call. sipp finds answers to others' only with `///` between its own and it. */
  readonly callId?: string;
}

/** Direction attribute, address and port of a session description, where they are not the usual ones. */
interface DescriptionOptions {
  readonly direction?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  readonly address?: string;
  readonly version?: number;
}

/** The description that sipp offers or answers with: PCMU, PCMA and keys. */
export function description(options: DescriptionOptions = {}): string {
  const { direction, address = '[media_ip]', version = 1 } = options;
  return [
    'v=0',
    `o=guard 1 ${version} IN IP4 [local_ip]`,
    's=-',
    `c=IN IP4 ${address}`,
    't=0 0',
    'm=audio [media_port] RTP/AVP 0 8 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    ...(direction ? [`a=${direction}`] : []),
  ].join('\n');
}

/** Any request. `retransmit` off sends it once, whatever comes back. */
export function request(method: string, options: RequestOptions = {}): string {
  const { cseq = 1, inDialog = true, tag = '[pid]s[call_number]', callId = '[call_id]' } = options;
  const transaction = options.transaction ?? `${cseq}-${method}`;
  const own = 'sip:guard@[local_ip]:[local_port]';
  const remote = 'sip:[service]@[remote_ip]:[remote_port]';
  const lines = [
    `${method} ${inDialog ? '[next_url]' : remote} SIP/2.0`,
    `Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK-[pid]-[call_number]-${transaction};rport`,
    `From: "Guard" <${own}>;tag=${tag}`,
    `To: <${remote}>${inDialog ? '[$tag]' : ''}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq} ${method}`,
    `Contact: <${own};transport=[transport]>`,
    'Max-Forwards: 70',
    ...(options.headers ?? []),
  ];
  return send([...lines, ...bodyLines(options.body, options.contentType)]);
}

/** The INVITE that starts a call, with an offer unless `body` is empty. */
export function invite(options: RequestOptions = {}): string {
  return request('INVITE', { inDialog: false, body: description(), ...options });
}

/** An INVITE within the call. */
export function reinvite(cseq: number, options: RequestOptions = {}): string {
  return request('INVITE', { cseq, body: description({ version: cseq }), ...options });
}

/** Acknowledges a 2xx. */
export function ack(cseq = 1, options: RequestOptions = {}): string {
  return request('ACK', { cseq, ...options });
}

/** Acknowledges a refusal of the INVITE that started the call, in its transaction (RFC 3261 section 17.1.1.3). */
export function ackRefusal(options: RequestOptions = {}): string {
  const { cseq = 1 } = options;
  return request('ACK', { transaction: `${cseq}-INVITE`, inDialog: false, ...options }).replace(
    /^(To: .*)$/m,
    '$1[peer_tag_param]',
  );
}

export function cancel(options: RequestOptions = {}): string {
  return request('CANCEL', { transaction: '1-INVITE', inDialog: false, ...options });
}

export function bye(cseq = 2, options: RequestOptions = {}): string {
  return request('BYE', { cseq, ...options });
}

interface ReceiveOptions {
  /** A regular expression that the whole message must fulfil. */
  readonly matching?: string;
  /** Off where the response is to another transaction than the INVITE's, and may have a tag of its own. */
  readonly isOfDialog?: boolean;
}

/** A response that must come now, or may. */
export function receive(status: number, options: 'optional' | ReceiveOptions = {}): string {
  const { matching, isOfDialog = status > 100 && status < 300 } = options === 'optional' ? {} : options;
  const attributes = [
    `response="${status}"`,
    ...(options === 'optional' ? ['optional="true"'] : []),
    // Only then sipp knows [next_url].
    ...(isOfDialog ? ['rrs="true"'] : []),
  ].join(' ');
  const actions = [...(isOfDialog ? REMEMBER : []), ...(matching === undefined ? [] : [checkOf(matching)])];
  return `<recv ${attributes}>${actionsOf(actions)}</recv>`;
}

/** A request that must come now. */
export function expectRequest(method: string, matching?: string): string {
  return `<recv request="${method}">${actionsOf([...REMEMBER_REQUEST, ...(matching === undefined ? [] : [checkOf(matching)])])}</recv>`;
}

/** Answers the latest request of the siren's, whatever has come since. */
export function answer(
  status: string,
  options: { readonly body?: string; readonly headers?: readonly string[] } = {},
): string {
  const lines = [
    `SIP/2.0 ${status}`,
    ...REQUEST_HEADERS.map((name) => `${name}:[$request${name}]`),
    'Call-ID: [call_id]',
    'Contact: <sip:guard@[local_ip]:[local_port];transport=[transport]>',
    ...(options.headers ?? []),
  ];
  return send([...lines, ...bodyLines(options.body)]);
}

export function pause(milliseconds: number): string {
  return `<pause milliseconds="${milliseconds}"/>`;
}

/** The file that sipp reads. */
export function scenarioOf(name: string, story: Story): string {
  const used = VARIABLES.filter((variable) =>
    story.some((step) => new RegExp(`assign_to="[^"]*\\b${variable}\\b`).test(step)),
  );
  return [
    '<?xml version="1.0" encoding="ISO-8859-1" ?>',
    '<!DOCTYPE scenario SYSTEM "sipp.dtd">',
    `<scenario name="${name}">`,
    ...story,
    // sipp refuses variables that nobody reads.
    ...(used.length > 0 ? [`<Reference variables="${used.join(',')}"/>`] : []),
    '</scenario>',
    '',
  ].join('\n');
}

function bodyLines(body: string | undefined, contentType = 'application/sdp'): string[] {
  if (body === undefined || body === '') return ['Content-Length: 0', ''];
  return [`Content-Type: ${contentType}`, 'Content-Length: [len]', '', ...body.split('\n')];
}

/** sipp repeats nothing by itself here: what is to be sent twice stands in the story twice. */
function send(lines: readonly string[]): string {
  return ['<send>', '<![CDATA[', ...lines, ']]>', '</send>'].join('\n');
}

/** sipp dislikes an empty list. */
function actionsOf(actions: readonly string[]): string {
  return actions.length > 0 ? `<action>${actions.join('')}</action>` : '';
}

function checkOf(expression: string): string {
  const escaped = expression.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return `<ereg regexp="${escaped}" search_in="msg" check_it="true" assign_to="found"/>`;
}
