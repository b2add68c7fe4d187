import { z } from 'zod';

/** How one output did in a health check. */
const outputOutcomeSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  ok: z.boolean(),
  /** What is wrong with it. */
  error: z.string().optional(),
});

/** The result of a health check. */
export const healthReportSchema = z.object({
  /** Milliseconds since the Unix epoch. */
  startedAt: z.number(),
  /** Milliseconds since the Unix epoch. */
  endedAt: z.number(),
  /** A silent one shows and sounds nothing. */
  silent: z.boolean(),
  /** Interrupted by an alarm: then nothing is said of the outputs. */
  outcome: z.enum(['passed', 'failed', 'interrupted']),
  outputs: z.array(outputOutcomeSchema),
  /** Who started it and why, for a person. */
  cause: z.string(),
});

export type HealthReport = z.infer<typeof healthReportSchema>;

export type OutputOutcome = HealthReport['outputs'][number];
