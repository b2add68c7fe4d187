import { isSpace } from '../characters.js';
import { listField, type HeaderField } from '../header-field.js';
import { endOfDigits, endOfHost, formatHost, hostOf, portOf } from '../host.js';
import { Parameters } from '../parameters.js';
import type { Scanner } from '../scanner.js';

const SLASH = 0x2f;
const COLON = 0x3a;

/** One hop of a message (RFC 3261 section 20.42): an immutable value. */
export class Via {
  /** `SIP` in every message that means us. */
  readonly protocol: string;
  /** `2.0`. */
  readonly version: string;
  /** In lower case; may be one that nobody knows. */
  readonly transport: string;
  /** Of sent-by: in lower case, IPv6 without brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: Parameters;

  constructor(
    protocol: string,
    version: string,
    transport: string,
    host: string,
    port: number | undefined,
    parameters: Parameters,
  ) {
    this.protocol = protocol;
    this.version = version;
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
  }

  /** The name of the transaction; absent from agents of RFC 2543. */
  get branch(): string | undefined {
    return this.parameters.get('branch');
  }

  /** Where the message really came from, filled in by the next hop; IPv6 without brackets. */
  get received(): string | undefined {
    const received = this.parameters.get('received');
    return received?.startsWith('[') === true ? received.slice(1, -1) : received;
  }

  /** The port that the message really came from (RFC 3581); `undefined` while it is only asked for. */
  get rport(): number | undefined {
    const raw = this.parameters.get('rport');
    if (raw === undefined || raw.length > 5 || endOfDigits(raw, 0) < raw.length) return undefined;
    const port = Number(raw);
    return port >= 1 && port <= 65_535 ? port : undefined;
  }

  /** Whether the sender wants its answer sent to the port the request came from (RFC 3581 section 4). */
  get wantsRport(): boolean {
    return this.parameters.has('rport');
  }

  toString(): string {
    const port = this.port === undefined ? '' : `:${this.port}`;
    const sentBy = formatHost(this.host) + port;
    return `${this.protocol}/${this.version}/${this.transport.toUpperCase()} ${sentBy}${this.parameters.format()}`;
  }

  /** The same hop with `received` and `rport` as the server saw them (RFC 3581 section 4). */
  withReceived(address: string, port: number): Via {
    let parameters = this.parameters.without('received');
    if (this.wantsRport) parameters = parameters.with('rport', String(port));
    if (this.wantsRport || this.host !== address) parameters = parameters.with('received', address);
    return new Via(this.protocol, this.version, this.transport, this.host, this.port, parameters);
  }
}

/** Every Via of a message, the newest hop first. */
export const viaField: HeaderField<readonly Via[]> = listField('Via', readVia);

/** `sent-protocol LWS sent-by *( SEMI via-params )`, with the white space that section 25.1 lets stand everywhere. */
function readVia(scanner: Scanner): Via {
  const protocol = scanner.token('the protocol').toUpperCase();
  scanner.expect(SLASH);
  const version = scanner.token('the protocol version');
  scanner.expect(SLASH);
  const transport = scanner.token('the transport').toLowerCase();
  if (!isSpace(scanner.peek())) scanner.fail('a space is missing behind the transport');
  scanner.skipSpace();
  const { text, position, path } = scanner;
  const end = endOfHost(text, position, path);
  scanner.position = end;
  const port = scanner.separator(COLON) ? readPort(scanner) : undefined;
  return new Via(protocol, version, transport, hostOf(text, position, end), port, Parameters.read(scanner));
}

function readPort(scanner: Scanner): number {
  const { text, position, path } = scanner;
  scanner.position = endOfDigits(text, position);
  return portOf(text, position, scanner.position, path);
}
