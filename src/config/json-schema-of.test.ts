import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { fillingIn, jsonSchemaOf } from './json-schema-of.js';

describe('jsonSchemaOf', () => {
  it('does not ask for a field that is filled in where it is missing, in no alternative', () => {
    const choice = z.discriminatedUnion('kind', [
      z.strictObject({ id: z.string(), kind: z.literal('a') }),
      z.strictObject({ id: z.string(), kind: z.literal('b'), more: z.string() }),
    ]);
    const filled = fillingIn(
      z.preprocess((value) => value, choice),
      'id',
    );
    expect(jsonSchemaOf(filled)).toMatchObject({
      oneOf: [{ required: ['kind'] }, { required: ['kind', 'more'] }],
    });
    expect(jsonSchemaOf(choice)).toMatchObject({ oneOf: [{ required: ['id', 'kind'] }, {}] });
  });
});
