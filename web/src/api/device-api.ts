export type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What a request carries: a value, or the text of a file as it stands. */
export type Body = string | object;

/** What is wrong with one field. */
export type FieldProblem = { readonly path: string; readonly message: string; readonly accepted?: string };

/** A refusal of the device, in its own words. */
export class Refusal extends Error {
  /** One for each field that is wrong. */
  readonly problems: readonly FieldProblem[];

  constructor(message: string, problems: readonly FieldProblem[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** Reads one address of the API; throws a Refusal that says what is wrong. */
export async function read<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`);
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()) as Answer;
}

/** Tells the device to do something; gives its answer, or throws a Refusal that says what is wrong. */
export async function tell(method: Method, path: string, body?: Body): Promise<unknown> {
  const response = await fetch(`/api/v1${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: textOf(body) }),
  });
  return answerOf(response);
}

/** Sends a file to an address, as it stands. By default it is put there, as bytes of any kind. */
export async function sendFile(
  path: string,
  file: File,
  { method, type }: { readonly method: Method; readonly type: string } = {
    method: 'PUT',
    type: 'application/octet-stream',
  },
): Promise<unknown> {
  const response = await fetch(`/api/v1${path}`, { method, headers: { 'content-type': type }, body: file });
  return answerOf(response);
}

async function answerOf(response: Response): Promise<unknown> {
  if (!response.ok) throw await refusalOf(response);
  const text = await response.text();
  return text === '' ? undefined : (JSON.parse(text) as unknown);
}

/** A name as it stands in a path. */
export function inPath(name: string | number): string {
  return encodeURIComponent(String(name));
}

function textOf(body: Body): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

async function refusalOf(response: Response): Promise<Refusal> {
  const problem: unknown = await response.json().catch(() => undefined);
  const told = typeof problem === 'object' && problem !== null ? problem : {};
  const detail =
    'detail' in told && typeof told.detail === 'string'
      ? told.detail
      : `${response.status} ${response.statusText}`;
  const fields = 'errors' in told && Array.isArray(told.errors) ? (told.errors as FieldProblem[]) : [];
  return new Refusal(detail, fields);
}
