import { addressBlock, type AddressBlock } from './access-list-address.js';
import { textPattern, type TextPattern } from './access-list-pattern.js';

/** What a source of the access list stands for. */
export type AccessSource =
  /** A SIP server by its address, or every server of a block. */
  | { readonly kind: 'address'; readonly block: AddressBlock }
  /** A SIP server by its name, in small letters; it is looked up. */
  | { readonly kind: 'name'; readonly name: string }
  /** A caller by the user part of its address, at one host or at any. */
  | { readonly kind: 'callerId'; readonly user: TextPattern; readonly host: TextPattern | undefined }
  /** A caller by the name that it shows. */
  | { readonly kind: 'displayName'; readonly name: TextPattern };

export type ReadAccessSource =
  | { readonly ok: true; readonly source: AccessSource }
  | { readonly ok: false; readonly reason: string; readonly accepted: string };

const ACCEPTED =
  'a caller ID like 1001, 10??, 1001-1010, alice@pbx.example.com, *@pbx.example.com or "Front desk", ' +
  'or a server like 192.0.2.7, 192.0.2.0/24, 2001:db8::/32 or pbx.example.com';

const HOST_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.?$/;
const HOST_PATTERN = /^[a-z0-9_.?*-]{1,253}$/;

/**
 * Reads what a person typed as SIP source (manual: caller ID or SIP server address). A text with an @ is a caller;
 * a numeric address, a block and a name with a dot in it are servers; `sip:` makes a server of a name without one;
 * anything else is the user part of a caller. Never throws.
 */
export function readAccessSource(text: string): ReadAccessSource {
  const trimmed = text.trim();
  const bare = trimmed.startsWith('<') && trimmed.endsWith('>') ? trimmed.slice(1, -1).trim() : trimmed;
  if (bare === '') return refused('A source is missing.');
  if (bare.startsWith('"')) return readDisplayName(bare);
  const scheme = /^(sips?|tel):/i.exec(bare)?.[1]?.toLowerCase();
  if (scheme === 'tel') return readUser(withoutParameters(bare.slice(4)).replaceAll(/[-.()]/g, ''));
  if (scheme !== undefined) {
    const address = withoutParameters(bare.slice(scheme.length + 1));
    return address.includes('@') ? readCaller(address) : readServer(address);
  }
  if (bare.includes('@')) return readCaller(withoutParameters(bare));
  if (addressBlock(bare) !== undefined || looksLikeServer(bare)) return readServer(bare);
  // No address and no number has a blank in it, but the name that a telephone shows often does.
  if (/\s/.test(bare)) return taken({ kind: 'displayName', name: textPattern(bare) });
  return readUser(bare);
}

function readCaller(address: string): ReadAccessSource {
  const at = address.lastIndexOf('@');
  const user = readUser(address.slice(0, at));
  if (!user.ok || user.source.kind !== 'callerId') return user;
  const written = address.slice(at + 1).toLowerCase();
  const host = withoutPort(written);
  if (host === '*') return user;
  const isHost = addressBlock(host)?.bits !== undefined && !host.includes('/');
  if (!isHost && !HOST_PATTERN.test(host)) return refused(`"${written}" is no host.`);
  return taken({ ...user.source, host: textPattern(host) });
}

function readServer(text: string): ReadAccessSource {
  const small = text.toLowerCase();
  const block = addressBlock(small);
  if (block !== undefined) return taken({ kind: 'address', block });
  if (small.includes('/')) return refused(`"${text}" is no block of addresses.`);
  if (withoutPort(small) !== small) {
    return refused(
      `A server is known by its address, whatever its port is: leave the port of "${text}" out.`,
    );
  }
  if (/[?*]/.test(small)) {
    return refused(
      /^[\d.?*]+$/.test(small)
        ? `For a range of addresses write a block in place of "${text}", such as 192.0.2.0/24.`
        : `The name of a server cannot have wildcards; write "*@${text}" for callers that name such a host.`,
    );
  }
  // RFC 1123 section 2.1: what ends in a number is an address, or a mistyped one.
  if (/(?:^|\.)\d+\.?$/.test(small)) return refused(`"${text}" is no IP address.`);
  if (!HOST_NAME.test(small)) return refused(`"${text}" is no host name.`);
  return taken({ kind: 'name', name: small.endsWith('.') ? small.slice(0, -1) : small });
}

function readUser(text: string): ReadAccessSource {
  if (text === '') return refused('The user before the @ is missing.');
  if (/[\s<>":;/@]/.test(text)) return refused(`"${text}" is neither a caller ID nor a server.`);
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range?.[1] !== undefined && range[2] !== undefined && textPattern(text).exact !== undefined) {
    return refused(
      `The ends of the range ${text} must have the same number of digits, the smaller one first.`,
    );
  }
  return taken({ kind: 'callerId', user: textPattern(decoded(text)), host: undefined });
}

function readDisplayName(text: string): ReadAccessSource {
  const name = text.endsWith('"') ? text.slice(1, -1).trim() : '';
  if (name === '' || name.includes('"')) return refused('A name in quotes needs both of them.');
  return taken({ kind: 'displayName', name: textPattern(name) });
}

/** `pbx.example.com` and `192.168.1.*`, but not `10.20`, which no network has. */
function looksLikeServer(text: string): boolean {
  if (/^[\d.]+[\d.*?]*\*?(?::\d+)?$/.test(text) && text.split('.').length === 4) return true;
  if (/^[\d.:a-fA-F]+\/\d+$/.test(text) || /^\[.*\]/.test(text)) return true;
  const labels = withoutPort(text).replace(/\.$/, '').split('.');
  return (
    labels.length > 1 &&
    /[a-z]/i.test(labels.at(-1) ?? '') &&
    HOST_PATTERN.test(labels.join('.').toLowerCase())
  );
}

function withoutParameters(text: string): string {
  const end = text.search(/[;?]/);
  // A question mark begins headers only behind the host; before the @ it is a wildcard.
  return end < 0 || end < text.lastIndexOf('@') ? text : text.slice(0, end);
}

function withoutPort(host: string): string {
  if (host.startsWith('[')) return host.slice(1, Math.max(1, host.indexOf(']')));
  const colon = host.indexOf(':');
  return colon >= 0 && !host.includes(':', colon + 1) && /^\d+$/.test(host.slice(colon + 1))
    ? host.slice(0, colon)
    : host;
}

/** A user without its escapes (RFC 3261 section 19.1.2), as those of callers are compared. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (_malformedEscape) {
    return text;
  }
}

function taken(source: AccessSource): ReadAccessSource {
  return { ok: true, source };
}

function refused(reason: string): ReadAccessSource {
  return { ok: false, reason, accepted: ACCEPTED };
}
