import { SipsirenError } from '../../base/errors.js';
import type { SipEndpoint } from '../../sip/index.js';
import type { SignalingIdentity } from '../signaling.js';
import type { SipSettings } from '../sip-settings.js';
import { addressesToListenOn } from './listening-points.js';

/** The TLS port of an endpoint: opened, moved and closed while calls go on. */
export class EndpointTls {
  readonly #endpoint: SipEndpoint;

  constructor(endpoint: SipEndpoint) {
    this.#endpoint = endpoint;
  }

  /** Without an identity the port is closed. Errors: ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE, INVALID_VALUE. */
  async change(settings: SipSettings, identity: SignalingIdentity | undefined): Promise<void> {
    if (identity === undefined) return this.#endpoint.listenTls([]);
    this.#endpoint.setTls({
      ...identity,
      clientCertificate: settings.tlsClientCertificate,
      version: settings.tlsVersion,
    });
    const points = addressesToListenOn(settings).map((address) => ({
      protocol: 'tls' as const,
      address,
      port: settings.tlsPort,
    }));
    try {
      await this.#endpoint.listenTls(points);
    } catch (error) {
      throw withTlsPort(error, settings.tlsPort);
    }
  }
}

/** Says which of the two ports it is. */
function withTlsPort(error: unknown, port: number): unknown {
  if (!(error instanceof SipsirenError) || error.code !== 'ADDRESS_IN_USE') return error;
  return new SipsirenError('ADDRESS_IN_USE', `TLS port ${port} is used by another program.`, {
    cause: error,
    path: 'tlsPort',
  });
}
