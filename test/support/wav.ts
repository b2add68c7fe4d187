/** 16-bit mono PCM of a WAV file, as numbers from -1 to 1. */
export function readWav(file: Buffer): { readonly samples: Float64Array; readonly sampleRate: number } {
  if (file.toString('latin1', 0, 4) !== 'RIFF') throw new Error('this is no WAV file');
  const sampleRate = file.readUInt32LE(24);
  let position = 12;
  while (file.toString('latin1', position, position + 4) !== 'data') {
    position += 8 + file.readUInt32LE(position + 4);
  }
  const octets = Math.min(file.readUInt32LE(position + 4), file.length - position - 8);
  const samples = new Float64Array(octets >> 1);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = file.readInt16LE(position + 8 + 2 * index) / 32_768;
  }
  return { samples, sampleRate };
}

/** A WAV file of 16-bit mono PCM. */
export function writeWav(samples: Float64Array, sampleRate: number): Buffer {
  const file = Buffer.alloc(44 + 2 * samples.length);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(2 * sampleRate, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, index) => file.writeInt16LE(Math.round(sample * 32_767), 44 + 2 * index));
  return file;
}
