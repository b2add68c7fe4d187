const HEADER_BYTES = 44;
const BYTES_PER_SAMPLE = 2;

/** Linear samples of 16 bits as a WAV file of one channel. */
export function wavFile(samples: Int16Array, sampleRate: number): Buffer {
  const file = Buffer.alloc(HEADER_BYTES + samples.length * BYTES_PER_SAMPLE);
  writeHeader(file, sampleRate);
  samples.forEach((sample, index) => file.writeInt16LE(sample, HEADER_BYTES + index * BYTES_PER_SAMPLE));
  return file;
}

/** RIFF header of PCM: one channel, 16 bits. */
function writeHeader(file: Buffer, sampleRate: number): void {
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(sampleRate * BYTES_PER_SAMPLE, 28);
  file.writeUInt16LE(BYTES_PER_SAMPLE, 32);
  file.writeUInt16LE(8 * BYTES_PER_SAMPLE, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(file.length - HEADER_BYTES, 40);
}
