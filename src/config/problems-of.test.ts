import { describe, expect, it } from '@jest/globals';
import { z, type ZodType } from 'zod';
import type { Problem } from './problem.js';
import { problemsOf } from './problems-of.js';

const DURATION = z.discriminatedUnion('unit', [
  z.strictObject({ unit: z.literal('continuous') }),
  z.strictObject({ unit: z.literal('time'), seconds: z.int().min(1).max(259_200) }),
]);

describe('problemsOf', () => {
  it.each<[string, ZodType, unknown, Problem]>([
    [
      'a number too large',
      z.int().min(1).max(10),
      11,
      { path: '', message: 'is too large', accepted: 'a whole number from 1 to 10' },
    ],
    [
      'a fraction',
      z.int().min(1),
      1.5,
      { path: '', message: 'has the wrong type', accepted: 'a whole number from 1' },
    ],
    [
      'text for a number',
      z.number().max(5),
      'x',
      { path: '', message: 'has the wrong type', accepted: 'a number up to 5' },
    ],
    [
      'a text too long',
      z.string().max(3),
      'abcd',
      { path: '', message: 'is too long', accepted: 'text of at most 3 characters' },
    ],
    [
      'an unknown choice',
      z.enum(['udp', 'tcp']),
      'sctp',
      { path: '', message: 'is not one of the accepted values', accepted: 'one of udp, tcp' },
    ],
    ['no boolean', z.boolean(), 1, { path: '', message: 'has the wrong type', accepted: 'true or false' }],
    [
      'too many entries',
      z.array(z.int()).max(1),
      [1, 2],
      { path: '', message: 'has too many entries', accepted: 'a list of at most 1 entries' },
    ],
    [
      'a missing field',
      z.strictObject({ a: z.string() }),
      {},
      { path: 'a', message: 'is missing', accepted: 'text' },
    ],
    ['an unknown field', z.strictObject({}), { b: 1 }, { path: 'b', message: 'is no field that exists' }],
    [
      'a range within a choice',
      DURATION,
      { unit: 'time', seconds: 0 },
      { path: 'seconds', message: 'is too small', accepted: 'a whole number from 1 to 259200' },
    ],
    [
      'a field that alternatives have alike by the one that was named',
      z.strictObject({
        list: z.array(
          z.discriminatedUnion('kind', [
            z.strictObject({ kind: z.literal('call'), state: z.enum(['Active', 'Idle']) }),
            z.strictObject({ kind: z.literal('input'), state: z.enum(['on', 'off']) }),
          ]),
        ),
      }),
      { list: [{ kind: 'call', state: 'Idle' }, { kind: 'input' }] },
      {
        path: 'list[1].state',
        message: 'is missing',
        accepted: 'one of on, off',
      },
    ],
    [
      'a list for a text once',
      z.string().trim().min(1).max(64),
      [],
      { path: '', message: 'has the wrong type', accepted: 'text of 1 to 64 characters' },
    ],
    [
      'an unknown alternative',
      DURATION,
      { unit: 'ever' },
      { path: 'unit', message: 'is not one of the accepted values', accepted: 'one of continuous, time' },
    ],
    [
      'the name of an entry',
      z.record(z.string().regex(/^[a-z]+$/, 'small letters'), z.string()),
      { A: 'x' },
      { path: 'A', message: 'has the wrong form', accepted: 'small letters' },
    ],
    [
      'an empty text, once',
      z
        .string()
        .min(1)
        .regex(/^[a-z]+$/, 'small letters'),
      '',
      { path: '', message: 'is empty', accepted: 'text of at least 1 characters' },
    ],
    [
      'a missing text by its example',
      z.strictObject({
        start: z
          .string()
          .meta({ examples: ['2026-12-24T18:30'] })
          .describe('When.'),
      }),
      {},
      { path: 'start', message: 'is missing', accepted: 'text such as 2026-12-24T18:30' },
    ],
    [
      'a pattern with words',
      z.string().regex(/^\d+$/, 'digits only'),
      'x',
      { path: '', message: 'has the wrong form', accepted: 'digits only' },
    ],
  ])('puts %s into plain words', (_name, schema, value, expected) => {
    expect(problemsIn(schema, value)).toEqual([expected]);
  });

  it('takes the range from a check that knows it', () => {
    const schema = z.int().superRefine((_value, context) => {
      context.addIssue({
        code: 'custom',
        message: 'is not a speed of this pattern',
        params: { accepted: '1 to 2' },
      });
    });
    expect(problemsIn(schema, 4)).toEqual([
      { path: '', message: 'is not a speed of this pattern', accepted: '1 to 2' },
    ]);
  });

  it('lists every problem with its whole path', () => {
    const schema = z.strictObject({ rows: z.array(z.strictObject({ priority: z.int().max(10) })) });
    const value = { rows: [{ priority: 11 }, { priority: 1 }, { priority: 'x' }] };
    const result = schema.safeParse(value);
    expect(problemsOf(result.error!, { schema, value, prefix: 'table' }).map(({ path }) => path)).toEqual([
      'table.rows[0].priority',
      'table.rows[2].priority',
    ]);
  });
});

function problemsIn(schema: ZodType, value: unknown): readonly Problem[] {
  return problemsOf(schema.safeParse(value).error!, { schema, value });
}
