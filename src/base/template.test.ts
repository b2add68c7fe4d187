import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { escapeFor, placeOfBody } from './template-escape.js';
import { fillTemplate, placeholderList, unknownPlaceholders } from './template.js';

const plain = escapeFor('text');

describe('A template', () => {
  it('takes values for names, with or without spaces', () => {
    expect(fillTemplate('{{a}} and {{ b }}', (name) => name.toUpperCase(), plain)).toBe('A and B');
  });

  it('fills in what a value contains as it is, and never again', () => {
    expect(fillTemplate('{{a}}', () => '{{b}} $& $1', plain)).toBe('{{b}} $& $1');
  });

  it('leaves single braces and those of JSON alone', () => {
    const json = '{"a":{"b":"{{x}}"}}';
    expect(unknownPlaceholders(json, ['x'])).toEqual([]);
    expect(fillTemplate(json, () => '1', plain)).toBe('{"a":{"b":"1"}}');
  });

  it('finds every name that means nothing, also one that is no name', () => {
    expect(unknownPlaceholders('{{a}} {{caler}} {{}} {{two words}}', ['a'])).toEqual([
      'caler',
      '',
      'two words',
    ]);
    expect(placeholderList(['a', 'b'])).toBe('{{a}}, {{b}}');
  });

  it('never grows beyond its bound', () => {
    const filled = fillTemplate('{{a}}'.repeat(1_000), () => 'x'.repeat(1_000), plain);
    expect(filled.length).toBeLessThanOrEqual(65_536);
    expect(filled.length).toBeGreaterThanOrEqual(60_000);
  });
});

describe('A value', () => {
  it('stays a value in JSON, in a URL, in a header and in XML, whatever it contains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(JSON.parse(`"${escapeFor('json')(value)}"`)).toBe(value);
        expect(new URL(`http://host/?q=${escapeFor('url')(value)}`).searchParams.get('q')).toBe(
          value.replace(/\p{Surrogate}/gu, '\ufffd'),
        );
        expect(escapeFor('header')(value)).toMatch(/^[ -~]*$/);
        expect(escapeFor('xml')(value)).not.toMatch(/[<>"']/);
      }),
    );
  });

  it('is escaped in a body by its media type', () => {
    expect(
      ['application/json', 'application/x-www-form-urlencoded', 'text/html', 'text/plain'].map(placeOfBody),
    ).toEqual(['json', 'url', 'xml', 'text']);
  });
});
