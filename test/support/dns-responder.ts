import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** A record of the zone; its fields by type. */
export type ZoneRecord =
  | { readonly type: 'A'; readonly name: string; readonly address: string; readonly ttl?: number }
  | { readonly type: 'AAAA'; readonly name: string; readonly address: string; readonly ttl?: number }
  | {
      readonly type: 'SRV';
      readonly name: string;
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | {
      readonly type: 'NAPTR';
      readonly name: string;
      readonly order: number;
      readonly preference: number;
      readonly flags: string;
      readonly service: string;
      readonly replacement: string;
    };

const TYPES = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const;
const HEADER_BYTES = 12;
const NXDOMAIN = 3;
const SERVFAIL = 2;

/** A name server for tests: authoritative for a handful of records, over real UDP on the loopback (RFC 1035). */
export class DnsResponder {
  /** What is answered from; may be changed between questions. */
  readonly zone: ZoneRecord[];
  /** Every question that came, as `TYPE name`. */
  readonly questions: string[] = [];
  /** Whether every question is answered with SERVFAIL. */
  isBroken = false;
  readonly #socket: Socket = createSocket('udp4');

  constructor(zone: readonly ZoneRecord[]) {
    this.zone = [...zone];
  }

  async start(): Promise<void> {
    this.#socket.on('message', (query, source) => this.#answer(query, source));
    this.#socket.bind(0, '127.0.0.1');
    await once(this.#socket, 'listening');
  }

  /** For `Resolver.setServers`. */
  get server(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #answer(query: Buffer, source: RemoteInfo): void {
    const { name, end } = readName(query, HEADER_BYTES);
    const type = query.readUInt16BE(end);
    this.questions.push(`${typeName(type)} ${name}`);
    const known = this.zone.filter((record) => record.name === name);
    const records = this.isBroken ? [] : known.filter((record) => TYPES[record.type] === type);
    const code = this.isBroken ? SERVFAIL : known.length > 0 ? 0 : NXDOMAIN;
    const question = query.subarray(HEADER_BYTES, end + 4);
    const header = Buffer.alloc(HEADER_BYTES);
    query.copy(header, 0, 0, 2);
    // QR, AA, RD and RA, with the response code.
    header.writeUInt16BE(0x8580 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    this.#socket.send(
      Buffer.concat([header, question, ...records.map(writeRecord)]),
      source.port,
      source.address,
    );
  }
}

function typeName(type: number): string {
  const known = Object.entries(TYPES).find(([, code]) => code === type);
  return known ? known[0] : String(type);
}

/** Names in questions are never compressed by the resolvers that ask here. */
function readName(bytes: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let position = start;
  for (let length = bytes[position]!; length > 0; length = bytes[position]!) {
    labels.push(bytes.toString('latin1', position + 1, position + 1 + length).toLowerCase());
    position += 1 + length;
  }
  return { name: labels.join('.'), end: position + 1 };
}

function writeRecord(record: ZoneRecord): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(TYPES[record.type], 0);
  fixed.writeUInt16BE(1, 2);
  fixed.writeUInt32BE('ttl' in record ? record.ttl : 60, 4);
  const data = writeData(record);
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([writeName(record.name), fixed, data]);
}

function writeData(record: ZoneRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number));
    case 'AAAA':
      return writeIpv6(record.address);
    case 'SRV':
      return Buffer.concat([
        writeNumbers(record.priority, record.weight, record.port),
        writeName(record.target),
      ]);
    case 'NAPTR':
      return Buffer.concat([
        writeNumbers(record.order, record.preference),
        ...[record.flags, record.service, ''].map(writeText),
        writeName(record.replacement),
      ]);
  }
}

function writeNumbers(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2);
  numbers.forEach((number, index) => bytes.writeUInt16BE(number, index * 2));
  return bytes;
}

function writeText(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function writeName(name: string): Buffer {
  const labels = name.split('.').filter((label) => label !== '');
  return Buffer.concat([...labels.map(writeText), Buffer.from([0])]);
}

function writeIpv6(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const before = head.split(':').filter((group) => group !== '');
  const after = tail.split(':').filter((group) => group !== '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16));
  return writeNumbers(...groups);
}
