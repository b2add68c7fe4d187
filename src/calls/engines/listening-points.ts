import { networkInterfaces } from 'node:os';
import type { ListeningPoint } from '../../sip/index.js';
import type { SipSettings } from '../sip-settings.js';

/** UDP and TCP on each address of the settings; on every address of the machine where they name none. */
export function listeningPoints(settings: Pick<SipSettings, 'addresses' | 'port'>): ListeningPoint[] {
  return addressesToListenOn(settings).flatMap((address) =>
    (['udp', 'tcp'] as const).map((protocol) => ({ protocol, address, port: settings.port })),
  );
}

/** The addresses of the settings, or those that stand for all. */
export function addressesToListenOn({ addresses }: Pick<SipSettings, 'addresses'>): readonly string[] {
  return addresses.length > 0 ? addresses : everyAddress();
}

/** The addresses that stand for all; IPv6 only where the machine has it, since binding would fail. */
function everyAddress(): string[] {
  const interfaces = Object.values(networkInterfaces()).flat();
  return interfaces.some((one) => one?.family === 'IPv6') ? ['0.0.0.0', '::'] : ['0.0.0.0'];
}
