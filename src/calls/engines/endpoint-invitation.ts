import { addressListField, formatUri, isSipUri, type NameAddress } from '../../sip/message/index.js';
import type { IncomingInvite } from '../../sip/index.js';
import type { CallInvitation, NamedUri } from '../signaling.js';

/** What our own stack knows of a call that came in; read from the INVITE only where somebody asks. */
export class EndpointInvitation implements CallInvitation {
  readonly #invite: IncomingInvite;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly transport: string;

  constructor(invite: IncomingInvite) {
    this.#invite = invite;
    this.sourceAddress = invite.flow?.remote.address ?? '';
    this.sourcePort = invite.flow?.remote.port ?? 0;
    this.transport = invite.flow?.protocol ?? '';
  }

  get requestUri(): string {
    return formatUri(this.#invite.request.uri);
  }

  get requestUser(): string {
    const { uri } = this.#invite.request;
    return isSipUri(uri) ? (uri.decodedUser ?? '') : '';
  }

  get line(): string | undefined {
    const { uri } = this.#invite.request;
    return isSipUri(uri) ? uri.parameters.get('line') : undefined;
  }

  get fromUri(): string {
    return formatUri(this.#invite.request.from.uri);
  }

  get toUri(): string {
    return formatUri(this.#invite.request.to.uri);
  }

  get displayName(): string | undefined {
    return this.#invite.request.from.displayName;
  }

  addresses(header: string): readonly string[] {
    return this.#read(header).map((address) => formatUri(address.uri));
  }

  nameAddresses(header: string): readonly NamedUri[] {
    return this.#read(header).map(({ uri, displayName }) => ({
      uri: formatUri(uri),
      ...(displayName === undefined ? {} : { displayName }),
    }));
  }

  header(name: string): readonly string[] {
    return this.#invite.request.headers.all(name);
  }

  #read(header: string): readonly NameAddress[] {
    try {
      return this.#invite.request.headers.read(addressListField(header)) ?? [];
    } catch {
      // A malformed header says nothing; another source of the same fact may.
      return [];
    }
  }
}
