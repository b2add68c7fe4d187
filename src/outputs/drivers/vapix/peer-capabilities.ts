import { z } from 'zod';
import { patternKey } from '../../../patterns/pattern-key.js';
import type { LightBlock, SirenBlock } from './vapix-blocks.js';

/** A device says what it takes; what it leaves out is taken as it is. */
const range = z.object({ possible: z.array(z.coerce.number()).min(1) });
const powered = z.object({ poeClass: z.record(z.string(), range) });
const pattern = z.object({
  name: z.string(),
  intensity: powered.optional().catch(undefined),
  priority: range.optional().catch(undefined),
});
const lightPattern = pattern.extend({
  speed: range.optional().catch(undefined),
  colors: z
    .object({
      minNbrColors: z.coerce.number(),
      maxNbrColors: z.coerce.number(),
      possible: z.array(z.string()),
      default: z.array(z.string()).default([]),
    })
    .optional()
    .catch(undefined),
});
const schema = z.object({
  capabilities: z.object({
    siren: z
      .object({ supportedPatterns: z.array(pattern) })
      .optional()
      .catch(undefined),
    light: z
      .object({ supportedPatterns: z.array(lightPattern) })
      .optional()
      .catch(undefined),
    poeClass: z.coerce.string().default(''),
  }),
});

type Capabilities = z.infer<typeof schema>['capabilities'];
type Pattern = z.infer<typeof pattern>;
type LightPattern = z.infer<typeof lightPattern>;

/** What another siren can show and sound, and what it is given in the place of what it cannot. */
export class PeerCapabilities {
  readonly #capabilities: Capabilities | undefined;

  /** `answer`: that of `getCapabilities`. One that says nothing is taken to be able to do everything. */
  constructor(answer: unknown) {
    const { success, data } = schema.safeParse(answer);
    this.#capabilities = success ? data.capabilities : undefined;
  }

  /** The nearest that it can show: alight in any case. */
  light(wanted: LightBlock): LightBlock {
    const patterns = this.#capabilities?.light?.supportedPatterns ?? [];
    const known = found(patterns, wanted.pattern);
    const chosen = known ?? found(patterns, 'Steady') ?? patterns[0];
    if (!chosen) return wanted;
    const { speed } = chosen;
    return {
      ...wanted,
      pattern: chosen.name,
      ...(speed && { speed: nearest(speed.possible, known ? wanted.speed : 1) }),
      colors: colorsFor(chosen, wanted.colors),
      ...this.#strength(chosen, wanted),
    };
  }

  /** The nearest that it can sound: loud in any case. */
  siren(wanted: SirenBlock): SirenBlock {
    const patterns = this.#capabilities?.siren?.supportedPatterns ?? [];
    const chosen = found(patterns, wanted.pattern) ?? patterns[0];
    return chosen ? { ...wanted, pattern: chosen.name, ...this.#strength(chosen, wanted) } : wanted;
  }

  #strength(
    { intensity, priority }: Pattern,
    wanted: { readonly intensity: number; readonly priority: number },
  ): { readonly intensity: number; readonly priority: number } {
    const classes = intensity?.poeClass ?? {};
    // The power that it has now decides; where it does not say, the least that it may have.
    const possible = (classes[this.#capabilities?.poeClass ?? ''] ?? Object.values(classes)[0])?.possible;
    return {
      intensity: possible ? nearest(possible, wanted.intensity) : wanted.intensity,
      priority: priority ? nearest(priority.possible, wanted.priority) : wanted.priority,
    };
  }
}

function found<One extends Pattern>(patterns: readonly One[], name: string): One | undefined {
  const key = patternKey(name);
  return patterns.find((one) => patternKey(one.name) === key);
}

/** Those of the wanted colours that it has, as many as it takes, filled up with its own. */
function colorsFor({ colors }: LightPattern, wanted: readonly string[]): string[] {
  if (!colors) return [...wanted];
  const { minNbrColors, maxNbrColors, possible, default: usual } = colors;
  const known = wanted.filter((color) => possible.includes(color)).slice(0, maxNbrColors);
  const others = [...usual, ...possible].filter((color) => !known.includes(color));
  return [...known, ...others.slice(0, Math.max(0, minNbrColors - known.length))];
}

/** Of two that are as near the higher one: rather too bright than too dark. */
function nearest(possible: readonly number[], wanted: number): number {
  return possible.reduce((best, one) => {
    const difference = Math.abs(one - wanted) - Math.abs(best - wanted);
    return difference < 0 || (difference === 0 && one > best) ? one : best;
  });
}
