import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { SipsirenError } from '../base/errors.js';
import type { BinaryContent } from '../control/binary-content.js';
import type { Caller } from '../control/command.js';
import type { Control } from '../control/control.js';
import { bodyReaders } from './body-readers.js';
import { ROUTES, type ParameterType, type Route } from './routes.js';
import type { TransferRooms } from './transfer-rooms.js';

/** Whoever takes nothing of a file for so long, in milliseconds, wants it no more. */
const LONGEST_STALL = 30_000;

/** There are no people yet: whoever reaches loopback may do everything. */
export const LOCAL_CALLER: Caller = { role: 'administrator', name: 'the API' };

/** The addresses of the API as a router; every answer is a command's. */
export function apiRouter(control: Control, rooms: TransferRooms): Router {
  const router = Router({ caseSensitive: true });
  for (const [path, routes] of byPath(ROUTES)) {
    const address = router.route(path.replaceAll(/\{(\w+)\}/g, ':$1'));
    for (const route of routes) {
      const waits = [...bodyReaders(route, rooms), ...roomForAnswer(route, rooms)];
      address[verbOf(route)](...waits, (request: Request, response: Response) =>
        answer(control, route, request, response),
      );
    }
    address.all(refuseMethod(routes));
  }
  return router;
}

/** A file is fetched while there is room for it, by whoever goes on reading it. */
function roomForAnswer({ download }: Route, { answers }: TransferRooms): readonly RequestHandler[] {
  if (download === undefined) return [];
  return [
    (_request, response, next) => {
      response.setTimeout(LONGEST_STALL);
      answers.hold(response, download, next);
    },
  ];
}

function byPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

function verbOf(route: Route): 'get' | 'post' | 'put' | 'patch' | 'delete' {
  return route.method.toLowerCase() as 'get' | 'post' | 'put' | 'patch' | 'delete';
}

async function answer(control: Control, route: Route, request: Request, response: Response): Promise<void> {
  response.locals['bodyField'] = route.body;
  const result = await control.run(route.command, inputOf(route, request), LOCAL_CALLER);
  if (result === undefined) response.status(route.status ?? 204).end();
  else if (isBinary(result)) sendBinary(response, result);
  else response.status(route.status ?? 200).json(result);
}

function inputOf(route: Route, request: Request): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(route.query ?? {})) {
    const value = request.query[name];
    if (value !== undefined) input[name] = converted(value, type);
  }
  for (const [name, value] of Object.entries(request.params)) {
    input[name] = converted(value, route.parameters?.[name] ?? 'text');
  }
  if (route.body !== undefined) input[route.body] = request.body as unknown;
  return input;
}

/** What cannot be converted goes on as it is, and the command's schema says what it wants instead. */
function converted(value: unknown, type: ParameterType): unknown {
  if (typeof value !== 'string' || type === 'text') return value;
  if (type === 'boolean') return value === 'true' || value === '' ? true : value === 'false' ? false : value;
  return value.trim() === '' || Number.isNaN(Number(value)) ? value : Number(value);
}

function isBinary(result: unknown): result is BinaryContent {
  return (
    typeof result === 'object' && result !== null && 'bytes' in result && result.bytes instanceof Uint8Array
  );
}

function sendBinary(response: Response, { contentType, bytes, isLasting = false }: BinaryContent): void {
  if (isLasting) response.setHeader('Cache-Control', 'private, max-age=3600');
  response.type(contentType).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

/** Answers every method that an address does not take. */
export function refuseMethod(routes: readonly Pick<Route, 'method'>[]) {
  const methods = routes.flatMap((route) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (request: Request, response: Response, _next: NextFunction): void => {
    response.setHeader('Allow', allow);
    if (request.method === 'OPTIONS') response.status(204).end();
    else
      throw new SipsirenError(
        'METHOD_NOT_ALLOWED',
        `${request.method} is not for this address; it takes ${allow}.`,
      );
  };
}
