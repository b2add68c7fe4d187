import {
  addressListField,
  formatUri,
  isSipUri,
  type NameAddress,
  type SipRequest,
} from '../../sip/message/index.js';
import type { Flow } from '../../sip/index.js';
import type { CallInvitation, NamedUri } from '../signaling.js';

/** A request that asks for something: an INVITE, a MESSAGE, a SUBSCRIBE. */
interface AskingRequest {
  readonly request: SipRequest;
  readonly flow: Flow | undefined;
}

/** What our own stack knows of a call that came in, or of what else is asked for; read only where somebody asks. */
export class EndpointInvitation implements CallInvitation {
  readonly #asking: AskingRequest;
  readonly sourceAddress: string;
  readonly sourcePort: number;
  readonly transport: string;

  constructor(asking: AskingRequest) {
    this.#asking = asking;
    this.sourceAddress = asking.flow?.remote.address ?? '';
    this.sourcePort = asking.flow?.remote.port ?? 0;
    this.transport = asking.flow?.protocol ?? '';
  }

  get requestUri(): string {
    return formatUri(this.#asking.request.uri);
  }

  get requestUser(): string {
    const { uri } = this.#asking.request;
    return isSipUri(uri) ? (uri.decodedUser ?? '') : '';
  }

  get line(): string | undefined {
    const { uri } = this.#asking.request;
    return isSipUri(uri) ? uri.parameters.get('line') : undefined;
  }

  get fromUri(): string {
    return formatUri(this.#asking.request.from.uri);
  }

  get toUri(): string {
    return formatUri(this.#asking.request.to.uri);
  }

  get displayName(): string | undefined {
    return this.#asking.request.from.displayName;
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
    return this.#asking.request.headers.all(name);
  }

  #read(header: string): readonly NameAddress[] {
    try {
      return this.#asking.request.headers.read(addressListField(header)) ?? [];
    } catch {
      // A malformed header says nothing; another source of the same fact may.
      return [];
    }
  }
}
