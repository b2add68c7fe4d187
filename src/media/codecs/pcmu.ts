import { decodeMuLaw, encodeMuLaw, g711Kind } from './g711.js';

/** G.711 µ-law, what telephones in North America and Japan speak (RFC 3551 section 4.5.14). */
export const PCMU = g711Kind({ name: 'PCMU', payloadType: 0, encode: encodeMuLaw, decode: decodeMuLaw });
