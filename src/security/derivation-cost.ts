import type { asn1 } from 'node-forge';
import { SipsirenError } from '../base/errors.js';

/** Files made by people's tools ask for 2,000 to 50,000 rounds; a hundred thousand take about a second. */
const MOST_ROUNDS = 100_000;
/** Deeper than any file of keys is. */
const DEEPEST = 32;

/**
 * Refuses a file whose password is stretched by so many rounds that reading it would keep the device from answering
 * calls: the file says the number itself. Throws INVALID_VALUE.
 */
export async function refuseCostlyDerivation(der: Buffer, path: string): Promise<void> {
  const { default: forge } = await import('node-forge');
  const rounds = mostRounds(der.toString('latin1'), forge.asn1, 0);
  if (rounds <= MOST_ROUNDS) return;
  throw new SipsirenError(
    'INVALID_VALUE',
    `The password of the file is stretched by ${rounds} rounds, which would hold the device up.`,
    { path, accepted: `a file with at most ${MOST_ROUNDS} rounds (iterations)` },
  );
}

type Asn1 = typeof asn1;

/** The largest count in a text in DER, also in what is wrapped in its octet strings; 0 for what is no DER. */
function mostRounds(der: string, library: Asn1, depth: number): number {
  if (depth > DEEPEST) return Infinity;
  try {
    return roundsIn(library.fromDer(der), library, depth);
  } catch {
    // Not DER: an octet string may hold anything. What cannot be read has nothing to stretch.
    return 0;
  }
}

/** A salt and then a number is how PBES1, PBES2, scrypt and the code of PKCS #12 name their rounds. */
function roundsIn({ value, type }: asn1.Asn1, library: Asn1, depth: number): number {
  if (depth > DEEPEST) return Infinity;
  if (typeof value === 'string') {
    return type === library.Type.OCTETSTRING ? mostRounds(value, library, depth + 1) : 0;
  }
  let most = 0;
  for (const [index, element] of value.entries()) {
    const isCount =
      element.type === library.Type.INTEGER && value[index - 1]?.type === library.Type.OCTETSTRING;
    if (isCount && typeof element.value === 'string') {
      most = Math.max(most, Number(`0x${Buffer.from(element.value, 'latin1').toString('hex')}`));
    }
    most = Math.max(most, roundsIn(element, library, depth + 1));
  }
  return most;
}
