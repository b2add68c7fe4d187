/**
 * Whether a datagram only keeps a path through a NAT open: empty, or at most four octets of CR, LF and NUL
 * (RFC 5626 section 3.5.1 has CRLF CRLF; phones send the others).
 */
export function isKeepAlive(bytes: Uint8Array): boolean {
  if (bytes.length > 4) return false;
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0);
}
