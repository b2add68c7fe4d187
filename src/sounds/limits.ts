export const SOUND_LIMITS = {
  /** Own sounds of a device. */
  ownSounds: 50,
  /** Of one own sound, in seconds. */
  seconds: 300,
  /** Of all own sounds together, in seconds: 170 MB on the disk, and in memory where profiles use them all. */
  totalSeconds: 1_800,
  /** Of an uploaded file: five minutes of two channels at 48 kHz and 16 bits. */
  fileBytes: 60_000_000,
  /** Of a FLAC file as its sound lies in memory: five minutes of two channels at 48 kHz and 24 bits. */
  decodedBytes: 100_000_000,
} as const;
