import type { Acknowledgement } from './acknowledgement-schema.js';

interface EscalationProblem {
  /** The place of the profile in the list. */
  readonly index: number;
  readonly message: string;
}

interface Escalating {
  readonly name: string;
  readonly priority: number;
  readonly acknowledgement?: Acknowledgement | undefined;
}

/**
 * Escalations that start a profile nobody has, that come round to where they began, or that would end the alarm by
 * which they began: a profile cancels another one of its own priority.
 */
export function escalationProblems(profiles: readonly Escalating[]): EscalationProblem[] {
  const next = new Map<string, string | undefined>(
    profiles.map((profile) => [profile.name, profile.acknowledgement?.escalation?.profile]),
  );
  const priorities = new Map<string, number>(profiles.map(({ name, priority }) => [name, priority]));
  return profiles.flatMap(({ name }, index) => {
    const target = next.get(name);
    if (target === undefined) return [];
    if (!next.has(target)) {
      return [{ index, message: `There is no profile "${target}" to escalate to.` }];
    }
    const way = wayFrom(name, next);
    const chain = way.map((one) => `"${one}"`).join(' → ');
    if (way.length > 1 && way.at(-1) === name) {
      return [{ index, message: `The escalation comes round to where it began: ${chain}.` }];
    }
    const rival = way.slice(1).find((one) => priorities.get(one) === priorities.get(name));
    if (rival === undefined) return [];
    const message = `"${rival}" has the same priority, so that it would end the alarm: ${chain}.`;
    return [{ index, message: `${message} Give one of them another.` }];
  });
}

/** The chain from a profile on, up to its end or to the first profile that comes twice. */
function wayFrom(start: string, next: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way = [start];
  for (let at = next.get(start); at !== undefined; at = next.get(at)) {
    const isSeen = way.includes(at);
    way.push(at);
    if (isSeen) break;
  }
  return way;
}
