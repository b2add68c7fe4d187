import { createHash, randomUUID } from 'node:crypto';

/**
 * The name of a device among those of an address (RFC 5626 section 4.1): from the same seed always the same
 * UUID, of version 8 (RFC 9562 section 5.8); without one another each time.
 */
export function instanceUrn(seed?: string): string {
  if (seed === undefined) return `urn:uuid:${randomUUID()}`;
  const bytes = createHash('sha256').update(seed).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const groups = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return `urn:uuid:${groups.join('-')}`;
}
