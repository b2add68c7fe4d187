import { z, type ZodType } from 'zod';
import { OUTPUT_KINDS } from './drivers/index.js';
import { MAX_OUTPUTS } from './limits.js';
import type { OutputSettings } from './output-settings.js';

/** The id of the output that the page shows, which is always there. */
export const VIRTUAL_ID = 'virtual';

const common = {
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, hyphen and underscore, at most 64')
    .refine((id) => id !== VIRTUAL_ID, {
      error: 'is the id of the output that is always there',
      params: { accepted: 'another id' },
    }),
  name: z.string().trim().max(64).default(''),
  enabled: z.boolean().default(true),
};

const variants = OUTPUT_KINDS.map(({ kind, settings }) =>
  z.strictObject({ ...common, kind: z.literal(kind), settings: settings.prefault({}) }),
);

/** An output of one of the kinds there are, its settings by the schema of that kind. */
export const outputSchema: ZodType<OutputSettings> = z.discriminatedUnion(
  'kind',
  variants as [(typeof variants)[number], ...typeof variants],
  {
    error: () =>
      `There is no such kind of output; there are ${OUTPUT_KINDS.map(({ kind }) => kind).join(', ')}.`,
  },
) as unknown as ZodType<OutputSettings>;

/** All configured outputs. */
export const outputsSchema = z
  .array(outputSchema)
  .max(MAX_OUTPUTS, `The device takes up to ${MAX_OUTPUTS} outputs.`)
  .superRefine((outputs, context) => {
    const ids = new Set<string>();
    outputs.forEach(({ id }, index) => {
      if (ids.has(id)) {
        context.addIssue({ code: 'custom', path: [index, 'id'], message: 'another output has this id' });
      }
      ids.add(id);
    });
  });
