/** A refusal of the device, in its own words. */
export class Refusal extends Error {}

/** Reads one address of the API; throws a Refusal that says what is wrong. */
export async function read<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`);
  if (!response.ok) throw new Refusal(await reasonOf(response));
  return (await response.json()) as Answer;
}

/** Tells the device to do something; throws a Refusal that says what is wrong. */
export async function tell(method: 'POST' | 'DELETE', path: string): Promise<void> {
  const response = await fetch(`/api/v1${path}`, { method });
  if (!response.ok) throw new Refusal(await reasonOf(response));
}

/** A name as it stands in a path. */
export function inPath(name: string | number): string {
  return encodeURIComponent(String(name));
}

async function reasonOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => undefined);
  const hasDetail = typeof problem === 'object' && problem !== null && 'detail' in problem;
  return hasDetail && typeof problem.detail === 'string'
    ? problem.detail
    : `${response.status} ${response.statusText}`;
}
