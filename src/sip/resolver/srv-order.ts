import type { SrvRecord } from './dns-port.js';

/**
 * Puts SRV records in the order in which they are to be tried (RFC 2782): by priority, and within one
 * priority by lot, a weight of 10 being drawn twice as often as one of 5, and 0 hardly ever.
 */
export function orderSrv(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  const byPriority = new Map<number, SrvRecord[]>();
  for (const record of records) {
    const same = byPriority.get(record.priority);
    if (same) same.push(record);
    else byPriority.set(record.priority, [record]);
  }
  const priorities = [...byPriority.keys()].sort((a, b) => a - b);
  return priorities.flatMap((priority) => drawByWeight(byPriority.get(priority) ?? [], random));
}

function drawByWeight(records: readonly SrvRecord[], random: () => number): SrvRecord[] {
  // Those of weight 0 stand first, as the RFC asks, so that only a lot of exactly 0 draws them early.
  const left = [...records].sort((a, b) => a.weight - b.weight);
  const drawn: SrvRecord[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    const lot = Math.floor(random() * (total + 1));
    let sum = 0;
    const index = left.findIndex(({ weight }) => (sum += weight) >= lot);
    drawn.push(...left.splice(Math.max(0, index), 1));
  }
  return drawn;
}
