/** The largest magnitude that µ-law can carry, and the bias that makes its segments powers of two (G.711 table 2). */
const MU_LAW_CLIP = 32_635;
const MU_LAW_BIAS = 132;

/** One 16-bit linear sample in µ-law (ITU-T G.711). */
export function encodeMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(sample < 0 ? -sample : sample, MU_LAW_CLIP) + MU_LAW_BIAS;
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ~(sign | (segment << 4) | step) & 0xff;
}

/** One 16-bit linear sample in A-law with its even bits inverted (ITU-T G.711). */
export function encodeALaw(sample: number): number {
  const magnitude = sample < 0 ? ~sample : sample;
  const toggle = sample < 0 ? 0x55 : 0xd5;
  if (magnitude < 256) return (magnitude >> 4) ^ toggle;
  const segment = 24 - Math.clz32(magnitude);
  const step = (magnitude >> (segment + 3)) & 0x0f;
  return ((segment << 4) | step) ^ toggle;
}
