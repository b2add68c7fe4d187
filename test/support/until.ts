/** Real time that may pass before a peer that is a program of its own counts as stuck. */
const PATIENCE_MS = 15_000;

/**
 * Asks a foreign program again and again until it gives a value, for programs that cannot tell by
 * themselves. What our own device does is awaited by its events instead.
 */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false> | Value | undefined | false,
  patienceMs = PATIENCE_MS,
): Promise<Value> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`waited ${patienceMs} ms for ${what}, in vain`);
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
