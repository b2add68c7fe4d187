import { measureDelays } from './measure.js';
import type { LatencyFigures } from './report.js';
import { runLoad } from './sipp-load.js';
import { startDevice } from './subjects.js';

/** Two hosts, as far as addresses tell. */
const OTHERS = '127.0.0.2';
const FLOODER = '127.0.0.5';
const RATE = 50;
const SECONDS = 8;
/** Calls a second of the flooder: more than a device answers. */
const FLOOD = 4_000;

/** How others fare beside one source that sends far too much, without and with the source guard. */
export async function measureFlooder(): Promise<readonly LatencyFigures[]> {
  return [
    await beside('alone', { guarded: true, flood: 0 }),
    await beside(`beside ${FLOOD} a second of one source, guard off`, { guarded: false, flood: FLOOD }),
    await beside(`beside ${FLOOD} a second of one source, guard on`, { guarded: true, flood: FLOOD }),
  ];
}

async function beside(
  name: string,
  { guarded, flood }: { readonly guarded: boolean; readonly flood: number },
): Promise<LatencyFigures> {
  const device = await startDevice({ guarded });
  try {
    const calls = flood * (SECONDS + 1);
    // An extension that no rule waits for.
    const to = `127.0.0.1:${device.port}`;
    const load = { to, extension: '9999', rate: flood, calls, from: FLOODER, atMost: SECONDS + 2 };
    const flooding = flood === 0 ? undefined : runLoad(load);
    const figures = await measureDelays(device, name, { rate: RATE, calls: RATE * SECONDS, from: OTHERS });
    await flooding;
    return figures;
  } finally {
    await device.close();
  }
}
