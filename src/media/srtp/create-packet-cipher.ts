import { CounterModeCipher } from './counter-mode-cipher.js';
import type { CryptoSuite } from './crypto-suite.js';
import { GcmCipher } from './gcm-cipher.js';
import type { MasterKey } from './master-key.js';
import type { PacketCipher } from './packet-cipher.js';
import { deriveSessionKeys } from './session-keys.js';

/** Derives what a master key stands for, once, and makes a cipher of it. */
export function createPacketCipher(suite: CryptoSuite, master: MasterKey): PacketCipher {
  const keys = {
    suite,
    rtp: deriveSessionKeys(suite, master, 'rtp'),
    rtcp: deriveSessionKeys(suite, master, 'rtcp'),
    identifierLength: master.identifier?.length ?? 0,
  };
  return suite.mode === 'gcm' ? new GcmCipher(keys) : new CounterModeCipher(keys);
}
