import type { Clock } from '../base/clock.js';
import { SipsirenError } from '../base/errors.js';
import type { Log } from '../base/log.js';
import type { ConfigStore } from '../config/config-store.js';
import type { CallsService, DeviceDocument } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import { Recipients } from '../recipients/recipients.js';
import { CertificateStore } from '../security/certificate-store.js';

/** What recipients are connected with. */
interface RecipientParts {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly bus: EventBus;
  readonly calls: Pick<CallsService, 'place' | 'end'>;
  readonly config: ConfigStore<DeviceDocument>;
}

/** The recipients of the device, with its calls, its certificates and its name. */
export function createRecipients({ folder, clock, log, bus, calls, config }: RecipientParts): Recipients {
  return new Recipients({
    folder,
    clock,
    log,
    recipients: config.get('recipients'),
    publish: (event) => bus.publish(event),
    device: () => config.get('device'),
    calls: {
      place: (options) => calls.place(options),
      end: (id) => calls.end(id),
      listen: (listener) => bus.subscribe(({ event }) => listener(event)),
      contact: (id) => {
        const found = config.get('contacts').find((contact) => contact.id === id);
        if (!found) throw new SipsirenError('NOT_FOUND', `There is no contact with the id "${id}".`);
        return found;
      },
    },
    trust: (verify, certificate = '') => {
      const certificates = new CertificateStore(config.get('certificates'));
      const pair = certificate === '' ? undefined : certificates.pair(certificate);
      return { verify, authorities: certificates.authorities, pair };
    },
  });
}
