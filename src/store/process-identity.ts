import { readFile } from 'node:fs/promises';

/** Fields of /proc/PID/stat after the name of the program (proc(5)): its state, and when it started. */
const STATE_FIELD = 0;
const START_FIELD = 19;
/** A zombie or a dead process: nothing runs any more. */
const OVER = new Set(['Z', 'X', 'x']);

/**
 * When a process started, in ticks since the machine did; numbers of processes are used again, the two together are
 * not. Undefined where it runs no longer, and on systems that do not tell.
 */
export async function startOfProcess(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return OVER.has(fields[STATE_FIELD] ?? '') ? undefined : fields[START_FIELD];
  } catch (_isGone) {
    return undefined;
  }
}
