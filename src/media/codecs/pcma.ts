import { decodeALaw, encodeALaw, g711Kind } from './g711.js';

/** G.711 A-law, what telephones elsewhere speak (RFC 3551 section 4.5.14). */
export const PCMA = g711Kind({ name: 'PCMA', payloadType: 8, encode: encodeALaw, decode: decodeALaw });
