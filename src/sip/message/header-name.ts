/** A header that the stack knows. */
export type KnownHeader = {
  readonly name: string;
  /** A bit of its own for the headers that the parser looks at, else 0. */
  readonly bit: number;
  /** Whether a message may have it only once (RFC 3261 section 7.3.1). */
  readonly isOnce: boolean;
};

/** Canonical spelling and compact form (RFC 3261 section 20 and the IANA registry). */
const SPELLINGS = [
  ['Accept'],
  ['Accept-Contact', 'a'],
  ['Accept-Encoding'],
  ['Accept-Language'],
  ['Alert-Info'],
  ['Allow'],
  ['Allow-Events', 'u'],
  ['Authentication-Info'],
  ['Authorization'],
  ['Call-ID', 'i'],
  ['Call-Info'],
  ['Contact', 'm'],
  ['Content-Disposition'],
  ['Content-Encoding', 'e'],
  ['Content-Language'],
  ['Content-Length', 'l'],
  ['Content-Type', 'c'],
  ['CSeq'],
  ['Date'],
  ['Diversion'],
  ['Error-Info'],
  ['Event', 'o'],
  ['Expires'],
  ['From', 'f'],
  ['History-Info'],
  ['Identity', 'y'],
  ['Identity-Info', 'n'],
  ['In-Reply-To'],
  ['Max-Forwards'],
  ['MIME-Version'],
  ['Min-Expires'],
  ['Min-SE'],
  ['Organization'],
  ['P-Asserted-Identity'],
  ['P-Called-Party-ID'],
  ['P-Preferred-Identity'],
  ['Path'],
  ['Priority'],
  ['Privacy'],
  ['Proxy-Authenticate'],
  ['Proxy-Authorization'],
  ['Proxy-Require'],
  ['RAck'],
  ['Reason'],
  ['Record-Route'],
  ['Refer-To', 'r'],
  ['Referred-By', 'b'],
  ['Reject-Contact', 'j'],
  ['Remote-Party-ID'],
  ['Replaces'],
  ['Reply-To'],
  ['Request-Disposition', 'd'],
  ['Require'],
  ['Retry-After'],
  ['Route'],
  ['RSeq'],
  ['Server'],
  ['Service-Route'],
  ['Session-Expires', 'x'],
  ['SIP-ETag'],
  ['SIP-If-Match'],
  ['Subject', 's'],
  ['Subscription-State'],
  ['Supported', 'k'],
  ['Timestamp'],
  ['To', 't'],
  ['Unsupported'],
  ['User-Agent'],
  ['Via', 'v'],
  ['Warning'],
  ['WWW-Authenticate'],
] as const;

const ONCE = [
  'Call-ID',
  'Content-Disposition',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Date',
  'Event',
  'Expires',
  'From',
  'Max-Forwards',
  'Min-Expires',
  'Min-SE',
  'RAck',
  'Refer-To',
  'Replaces',
  'Retry-After',
  'RSeq',
  'Session-Expires',
  'Subscription-State',
  'Timestamp',
  'To',
];

/** Those that have a bit, at most 31. */
const WATCHED = [...ONCE, 'Contact', 'Record-Route', 'Route'];

const SLOTS = 1_024;
const bySpelling = new Map<string, KnownHeader>();
const byHash: (KnownSpelling | undefined)[] = new Array<KnownSpelling | undefined>(SLOTS).fill(undefined);

type KnownSpelling = { readonly lower: string; readonly header: KnownHeader };

for (const [name, compact] of SPELLINGS) {
  const position = WATCHED.indexOf(name);
  const header = { name, bit: position < 0 ? 0 : 1 << position, isOnce: ONCE.includes(name) };
  add(name, header);
  if (compact !== undefined) add(compact, header);
}

function add(spelling: string, header: KnownHeader): void {
  const lower = spelling.toLowerCase();
  let hash = 0;
  for (let index = 0; index < lower.length; index += 1) hash = nextHash(hash, lower.charCodeAt(index));
  let slot = hash & (SLOTS - 1);
  while (byHash[slot] !== undefined) slot = (slot + 1) & (SLOTS - 1);
  byHash[slot] = { lower, header };
  bySpelling.set(spelling, header);
  bySpelling.set(lower, header);
}

/** Takes one more character of a name, in either case, into its hash; the hash of nothing is 0. */
export function nextHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 0x20)) | 0;
}

/** The known header whose name, in any case or compact, stands between the indices; `hash` is that of its characters. */
export function knownHeaderAt(
  text: string,
  start: number,
  end: number,
  hash: number,
): KnownHeader | undefined {
  let slot = hash & (SLOTS - 1);
  for (;;) {
    const known = byHash[slot];
    if (known === undefined) return undefined;
    if (matches(known.lower, text, start, end)) return known.header;
    slot = (slot + 1) & (SLOTS - 1);
  }
}

function matches(lower: string, text: string, start: number, end: number): boolean {
  if (lower.length !== end - start) return false;
  for (let index = 0; index < lower.length; index += 1) {
    const code = text.charCodeAt(start + index);
    const expected = lower.charCodeAt(index);
    if (code !== expected && (code < 0x41 || code > 0x5a || code + 0x20 !== expected)) return false;
  }
  return true;
}

/** The canonical spelling of a header's name; a name that is not known stays as it is. */
export function canonicalName(name: string): string {
  return (bySpelling.get(name) ?? bySpelling.get(name.toLowerCase()))?.name ?? name;
}

/** The bit of a canonical name; 0 where it has none. */
export function bitOf(name: string): number {
  return bySpelling.get(name)?.bit ?? 0;
}

/** Whether two names, both canonical, are of one header. */
export function isSameHeader(one: string, other: string): boolean {
  if (one === other) return true;
  if (one.length !== other.length || (one.charCodeAt(0) | 0x20) !== (other.charCodeAt(0) | 0x20))
    return false;
  return one.toLowerCase() === other.toLowerCase();
}
