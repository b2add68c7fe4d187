import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { SocketAddress } from './flow.js';
import { isIpv6, withoutZone } from './ip-address.js';

/*
 * The few octets of STUN that keeping a SIP flow takes (RFC 5389, RFC 5626 section 8). Written here because each
 * datagram of the SIP port passes by: a library would have to be loaded at the start, for one kind of message.
 */

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const BINDING_ERROR = 0x0111;
const COOKIE = 0x2112a442;
const HEADER_LENGTH = 20;
const MAPPED_ADDRESS = 0x0001;
const XOR_MAPPED_ADDRESS = 0x0020;
/** From here on an attribute that is not understood may be passed over. */
const FIRST_OPTIONAL = 0x8000;
const FAMILY_IPV4 = 1;
const FAMILY_IPV6 = 2;

/** A STUN message as far as it matters here. */
export type StunMessage =
  | { readonly kind: 'request'; readonly id: string }
  /** `mapped` is missing where the answer is an error, or names no address: its sender is there all the same. */
  | { readonly kind: 'response'; readonly id: string; readonly mapped: SocketAddress | undefined };

/** Whether a datagram can be STUN: its first two bits are zero, while SIP begins with a letter (RFC 5389 section 8). */
export function isStun(bytes: Uint8Array): boolean {
  return bytes.length >= HEADER_LENGTH && (bytes[0] ?? 0xff) < 4 && bytes[4] === 0x21 && bytes[5] === 0x12;
}

/** A number for a transaction, as hexadecimal text. */
export function newStunId(): string {
  return randomBytes(12).toString('hex');
}

export function bindingRequest(id: string): Buffer {
  return header(BINDING_REQUEST, 0, id);
}

/** Tells whoever asked which address the question came from (RFC 5389 section 15.2). */
export function bindingResponse(id: string, source: SocketAddress): Buffer {
  const ipv6 = isIpv6(source.address);
  const value = Buffer.alloc(ipv6 ? 20 : 8);
  value.writeUInt8(ipv6 ? FAMILY_IPV6 : FAMILY_IPV4, 1);
  value.writeUInt16BE(source.port ^ (COOKIE >>> 16), 2);
  octetsOf(source.address).copy(value, 4);
  xor(value.subarray(4), id);
  const attribute = Buffer.alloc(4);
  attribute.writeUInt16BE(XOR_MAPPED_ADDRESS, 0);
  attribute.writeUInt16BE(value.length, 2);
  return Buffer.concat([header(BINDING_SUCCESS, 4 + value.length, id), attribute, value]);
}

/** Reads a binding request or its answer; undefined for what is malformed, or asks for what is not understood. */
export function readStun(bytes: Buffer): StunMessage | undefined {
  const length = bytes.readUInt16BE(2);
  if (bytes.readUInt32BE(4) !== COOKIE || length % 4 !== 0 || bytes.length !== HEADER_LENGTH + length)
    return undefined;
  const id = bytes.toString('hex', 8, HEADER_LENGTH);
  const attributes = readAttributes(bytes);
  if (!attributes) return undefined;
  switch (bytes.readUInt16BE(0)) {
    case BINDING_REQUEST: {
      const isUnderstood = [...attributes.keys()].every((type) => type >= FIRST_OPTIONAL);
      return isUnderstood ? { kind: 'request', id } : undefined;
    }
    case BINDING_SUCCESS:
      return { kind: 'response', id, mapped: mappedIn(attributes, id) };
    case BINDING_ERROR:
      return { kind: 'response', id, mapped: undefined };
    default:
      return undefined;
  }
}

function header(type: number, length: number, id: string): Buffer {
  const head = Buffer.alloc(HEADER_LENGTH);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(length, 2);
  head.writeUInt32BE(COOKIE, 4);
  head.write(id, 8, 'hex');
  return head;
}

function readAttributes(bytes: Buffer): Map<number, Buffer> | undefined {
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_LENGTH; at < bytes.length;) {
    if (at + 4 > bytes.length) return undefined;
    const type = bytes.readUInt16BE(at);
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return undefined;
    // Of two of a kind only the first counts (RFC 5389 section 15).
    if (!attributes.has(type)) attributes.set(type, bytes.subarray(at + 4, end));
    at = end + ((4 - (end % 4)) % 4);
  }
  return attributes;
}

function mappedIn(attributes: ReadonlyMap<number, Buffer>, id: string): SocketAddress | undefined {
  const hidden = attributes.get(XOR_MAPPED_ADDRESS);
  const plain = attributes.get(MAPPED_ADDRESS);
  const value = Buffer.from(hidden ?? plain ?? []);
  const family = value[1];
  if (value.length !== (family === FAMILY_IPV6 ? 20 : 8)) return undefined;
  if (family !== FAMILY_IPV4 && family !== FAMILY_IPV6) return undefined;
  const octets = value.subarray(4);
  if (hidden) xor(octets, id);
  const port = value.readUInt16BE(2) ^ (hidden ? COOKIE >>> 16 : 0);
  return { address: family === FAMILY_IPV4 ? octets.join('.') : ipv6Of(octets), port };
}

/** With the cookie, and for IPv6 the number of the transaction behind it. */
function xor(octets: Buffer, id: string): void {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(COOKIE, 0);
  mask.write(id, 4, 'hex');
  for (let index = 0; index < octets.length; index++)
    octets[index] = (octets[index] ?? 0) ^ (mask[index] ?? 0);
}

function octetsOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = withoutZone(address).split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const between = new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  return Buffer.from([...before, ...between, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

/** The last 32 bits may be written as an IPv4 address (RFC 4291 section 2.2), as a socket for both families does. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

/** In the form that the system writes: lower case, the longest run of zeros left out. */
function ipv6Of(octets: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => octets.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
