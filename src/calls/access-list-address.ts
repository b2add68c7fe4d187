import { isIP } from 'node:net';

/** A numeric address that can be compared: IPv4 as a signed number of 32 bits, IPv6 as its eight words. */
export type ComparableAddress =
  { readonly family: 4; readonly value: number } | { readonly family: 6; readonly words: readonly number[] };

/** An address with the number of its leading bits that count; 32 or 128 mean the address alone. */
export interface AddressBlock {
  readonly address: ComparableAddress;
  readonly bits: number;
}

const IPV4_BITS = 32;
const IPV6_BITS = 128;
const WORD_BITS = 16;
/** ::ffff:0:0/96, IPv4 as a socket for both families shows it (RFC 4291 section 2.5.5.2). */
const MAPPED_BITS = 96;

/** Reads a numeric address, with or without a zone; an IPv4 address mapped into IPv6 is the IPv4 address. */
export function comparableAddress(text: string): ComparableAddress | undefined {
  const version = isIP(text);
  if (version === 4) return { family: 4, value: ipv4Value(text) };
  if (version !== 6) return undefined;
  const words = ipv6Words(text);
  return isMapped(words)
    ? { family: 4, value: ((words[6] ?? 0) << WORD_BITS) | (words[7] ?? 0) }
    : { family: 6, words };
}

/** Reads `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`, `[2001:db8::1]`. Undefined for anything else. */
export function addressBlock(text: string): AddressBlock | undefined {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  const address = comparableAddress(bare);
  if (address === undefined || bare.includes('%')) return undefined;
  const most = bare.includes(':') ? IPV6_BITS : IPV4_BITS;
  const length = slash < 0 ? most : prefixLength(text.slice(slash + 1), most);
  if (length === undefined) return undefined;
  const bits = address.family === 4 && most === IPV6_BITS ? length - MAPPED_BITS : length;
  return bits < 0 ? undefined : { address, bits };
}

/** What two addresses share when they lie in the same block of so many bits: a key for a map. */
export function blockKey(address: ComparableAddress, bits: number): number | string {
  // Whole numbers of 32 bits: a shift by 32 would be one by 0.
  if (address.family === 4) return bits === 0 ? 0 : address.value >> (IPV4_BITS - bits);
  let key = '';
  for (let index = 0; index < address.words.length && index * WORD_BITS < bits; index++) {
    const kept = Math.min(WORD_BITS, bits - index * WORD_BITS);
    const mask = (0xffff << (WORD_BITS - kept)) & 0xffff;
    key += `${((address.words[index] ?? 0) & mask).toString(16)}:`;
  }
  return key;
}

/** Whether the address lies in the block. */
export function isInBlock(address: ComparableAddress, block: AddressBlock): boolean {
  if (address.family !== block.address.family) return false;
  return blockKey(address, block.bits) === blockKey(block.address, block.bits);
}

function prefixLength(text: string, most: number): number | undefined {
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const length = Number(text);
  return length <= most ? length : undefined;
}

function ipv4Value(text: string): number {
  let value = 0;
  let octet = 0;
  for (let index = 0; index <= text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48) octet = octet * 10 + code - 48;
    else {
      value = (value << 8) | octet;
      octet = 0;
    }
  }
  return value;
}

/** The eight words of a text that is an IPv6 address for certain (RFC 4291 section 2.2). */
function ipv6Words(text: string): number[] {
  const zone = text.indexOf('%');
  const address = zone < 0 ? text : text.slice(0, zone);
  const gap = address.indexOf('::');
  const head = wordsOf(gap < 0 ? address : address.slice(0, gap));
  const tail = gap < 0 ? [] : wordsOf(address.slice(gap + 2));
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return [...head, ...zeros, ...tail];
}

function wordsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return Number.parseInt(part, 16);
    const value = ipv4Value(part);
    return [value >>> WORD_BITS, value & 0xffff];
  });
}

function isMapped(words: readonly number[]): boolean {
  for (let index = 0; index < 5; index++) if (words[index] !== 0) return false;
  return words[5] === 0xffff;
}
