import { describe, expect, it } from '@jest/globals';
import { expiresField, HeaderList, maxForwardsField } from './index.js';

const list = (): HeaderList =>
  new HeaderList([
    ['v', 'one'],
    ['via', 'two'],
    ['X-Own', 'a, "b,c", <sip:d,e>'],
    ['x-own', 'f'],
    ['Max-Forwards', '70'],
  ]);

describe('HeaderList', () => {
  it('finds names in any case and in compact form', () => {
    expect(list().all('VIA')).toEqual(['one', 'two']);
    expect(list().first('v')).toBe('one');
    expect(list().has('MAX-forwards')).toBe(true);
    expect(list().all('X-OWN')).toEqual(['a, "b,c", <sip:d,e>', 'f']);
    expect(list().first('Missing')).toBeUndefined();
    expect(list().size).toBe(5);
  });

  it('writes canonical names and keeps unknown ones', () => {
    expect([...list().entries()].map(([name]) => name)).toEqual([
      'Via',
      'Via',
      'X-Own',
      'x-own',
      'Max-Forwards',
    ]);
    expect(list().format()).toContain('Via: one\r\nVia: two\r\nX-Own: a');
  });

  it('splits values at commas outside of quotes and brackets', () => {
    expect(list().values('x-own')).toEqual(['a', '"b,c"', '<sip:d,e>', 'f']);
    expect(new HeaderList([['Accept', '"open, never closed']]).values('Accept')).toEqual([
      '"open, never closed',
    ]);
  });

  it('sets in the place of the first and deletes all', () => {
    const headers = list();
    headers.set('Via', 'only');
    expect([...headers.entries()][0]).toEqual(['Via', 'only']);
    expect(headers.all('Via')).toEqual(['only']);
    headers.delete('x-OWN');
    expect(headers.size).toBe(2);
    headers.set('Subject', 'new');
    headers.prepend('Route', 'first');
    headers.setFirst('Expires', '1');
    expect([...headers.entries()].map(([name]) => name)).toEqual([
      'Expires',
      'Route',
      'Via',
      'Max-Forwards',
      'Subject',
    ]);
  });

  it('reads a field once, and again only after it changed', () => {
    let reads = 0;
    const counted = {
      name: 'Max-Forwards',
      parse: (lines: readonly string[]) => {
        reads += 1;
        return lines.join();
      },
    };
    const headers = list();
    expect([headers.read(counted), headers.read(counted)]).toEqual(['70', '70']);
    headers.set('Via', 'other');
    expect(headers.read(counted)).toBe('70');
    expect(reads).toBe(1);
    headers.set('max-forwards', '69');
    expect(headers.read(counted)).toBe('69');
    headers.delete('Max-Forwards');
    expect(headers.read(counted)).toBeUndefined();
  });

  it('copies so that neither list changes the other', () => {
    const original = list();
    const copy = original.copy();
    copy.set('Via', 'other');
    expect(original.all('Via')).toEqual(['one', 'two']);
    const target = new HeaderList();
    target.copyFrom(original, 'v');
    expect(target.all('Via')).toEqual(['one', 'two']);
  });

  it.each(['a\r\nEvil: yes', 'a\nb', 'a\rb'])('refuses the line break in %j', (value) => {
    const headers = list();
    for (const put of ['append', 'prepend', 'set', 'setFirst'] as const) {
      expect(() => headers[put]('Via', value)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    }
  });

  it('names the header that it cannot read', () => {
    const headers = new HeaderList([
      ['Max-Forwards', '256'],
      ['Expires', '12x'],
    ]);
    expect(() => headers.read(maxForwardsField)).toThrow(expect.objectContaining({ path: 'Max-Forwards' }));
    expect(() => headers.read(expiresField)).toThrow(expect.objectContaining({ path: 'Expires' }));
  });
});
