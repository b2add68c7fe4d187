import { describe, expect, it } from '@jest/globals';
import { readAccessSource } from './access-list-source.js';

const kindOf = (text: string): string => {
  const read = readAccessSource(text);
  return read.ok ? read.source.kind : `refused: ${read.reason}`;
};

describe('a source of the access list', () => {
  it.each([
    ['192.0.2.7', 'address'],
    ['192.0.2.0/24', 'address'],
    ['2001:db8::1', 'address'],
    ['[2001:db8::1]', 'address'],
    ['2001:db8::/32', 'address'],
    ['::ffff:192.0.2.0/120', 'address'],
    ['sip:192.0.2.7', 'address'],
    ['<sip:192.0.2.7>', 'address'],
    ['pbx.example.com', 'name'],
    ['PBX.Example.com.', 'name'],
    ['sip:pbx', 'name'],
    ['sips:pbx.example.com;transport=tls', 'name'],
    ['1001', 'callerId'],
    ['10??', 'callerId'],
    ['1001-1010', 'callerId'],
    ['+4930123456', 'callerId'],
    ['tel:+49-30-123456', 'callerId'],
    ['alice', 'callerId'],
    ['10.20', 'callerId'],
    ['sip:alice@pbx.example.com:5060', 'callerId'],
    ['alice@192.0.2.7', 'callerId'],
    ['*@*.example.com', 'callerId'],
    ['first.last@*', 'callerId'],
    ['"Front desk"', 'displayName'],
    ['Front desk', 'displayName'],
  ])('%s is read as %s', (text, kind) => {
    expect(kindOf(text)).toBe(kind);
  });

  it.each([
    ['', 'missing'],
    ['@pbx.example.com', 'user before the @'],
    ['192.0.2.0/33', 'no block'],
    ['300.1.1.1', 'no IP address'],
    ['pbx.example.com:5060', 'leave the port'],
    ['192.0.2.7:5060', 'leave the port'],
    ['192.168.1.*', 'write a block'],
    ['*.example.com', '*@*.example.com'],
    ['"half', 'both of them'],
    ['1010-1001', 'same number of digits'],
    ['a:b', 'neither'],
    ['alice@pbx example', 'no host'],
  ])('"%s" is refused, saying what is wrong', (text, reason) => {
    expect(kindOf(text)).toContain(`refused: `);
    expect(kindOf(text)).toContain(reason);
  });
});
