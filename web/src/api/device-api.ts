export type Method = 'POST' | 'PUT' | 'DELETE';

/** What a request carries: a value, or the text of a file as it stands. */
export type Body = string | object;

/** A refusal of the device, in its own words. */
export class Refusal extends Error {}

/** Reads one address of the API; throws a Refusal that says what is wrong. */
export async function read<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`);
  if (!response.ok) throw new Refusal(await reasonOf(response));
  return (await response.json()) as Answer;
}

/** Tells the device to do something; throws a Refusal that says what is wrong. */
export async function tell(method: Method, path: string, body?: Body): Promise<void> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: textOf(body) }),
  });
  if (!response.ok) throw new Refusal(await reasonOf(response));
}

/** A name as it stands in a path. */
export function inPath(name: string | number): string {
  return encodeURIComponent(String(name));
}

function textOf(body: Body): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function reasonOf(response: Response): Promise<string> {
  const problem: unknown = await response.json().catch(() => undefined);
  const hasDetail = typeof problem === 'object' && problem !== null && 'detail' in problem;
  return hasDetail && typeof problem.detail === 'string'
    ? problem.detail
    : `${response.status} ${response.statusText}`;
}
