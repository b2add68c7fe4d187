import { type Request, type Response, Router } from 'express';
import { messageOf } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Caller } from '../../control/command.js';
import type { Control } from '../../control/control.js';
import { refuseMethod } from '../api-router.js';
import { textReaders } from '../body-readers.js';
import type { TransferRooms } from '../transfer-rooms.js';
import { jsonOf } from './json-of.js';
import type { Method, Params, Run } from './method.js';
import { errorOfCommand } from './problem-code.js';
import { readUpload } from './upload.js';
import { VapixError } from './vapix-error.js';

const VERSION = '1.0';
const LARGEST_BODY = 1_048_576;
/** A form of the largest parts that are read. */
const LARGEST_FORM = 4 * LARGEST_BODY;

/** What a request is about, and so its answer. */
interface Envelope {
  readonly context?: string | number;
  readonly method?: string;
  readonly version?: unknown;
  readonly params: Params;
}

const NOTHING: Envelope = { params: {} };

/** What every API of such a device works with. */
export interface VapixOptions {
  readonly control: Control;
  readonly log: Log;
  readonly rooms: TransferRooms;
}

interface JsonApiOptions extends VapixOptions {
  /** Its address below `/axis-cgi`: `/siren_and_light.cgi`. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Method>>;
}

/**
 * An API of methods in JSON that clients of such devices speak (VAPIX). Every answer is 200 with `data` or `error`.
 * Whatever its Content-Type says, a body is JSON: curl calls it a form.
 */
export function jsonApiRouter({ path, methods, control, log, rooms }: JsonApiOptions): Router {
  /** As `LOCAL_CALLER` of the API: there are no people yet. */
  const caller: Caller = { role: 'administrator', name: path.slice(path.lastIndexOf('/') + 1) };
  const run: Run = (command, input) => control.run(command, input, caller);
  const answer = async (response: Response, act: () => Promise<[Envelope, unknown]>): Promise<void> => {
    try {
      const [envelope, data] = await act();
      response.json({ ...headOf(envelope), data });
    } catch (failure) {
      const { envelope, error } =
        failure instanceof Refusal ? failure : { envelope: NOTHING, error: failure };
      const known = errorOfCommand(error) ?? new VapixError(1100);
      if (known.code === 1100) log.error(`a request of ${caller.name} failed`, { error: messageOf(error) });
      response.json({ ...headOf(envelope), error: { code: known.code, message: known.message } });
    }
  };
  const perform = async (text: string, file?: string): Promise<[Envelope, unknown]> => {
    const envelope = envelopeOf(text);
    try {
      return [envelope, await dataOf(envelope, { methods, file, run })];
    } catch (error) {
      throw new Refusal(envelope, error);
    }
  };
  const router = Router();
  // A person who tests the address gets an answer, without one who may change anything by it.
  router.get(path, (_request, response) => answer(response, () => perform('')));
  router.post(path, (request: Request, response, next) => {
    if (request.is('multipart/form-data') !== 'multipart/form-data') next();
    else
      rooms.texts.enter(request, response, LARGEST_FORM, () => {
        void answer(response, async () => {
          const { request: text, file } = await readUpload(request);
          return perform(text, file);
        });
      });
  });
  router.post(path, ...textReaders(rooms, LARGEST_BODY), (request: Request, response: Response) =>
    answer(response, () => perform(typeof request.body === 'string' ? request.body : '')),
  );
  router.all(path, refuseMethod([{ method: 'GET' }, { method: 'POST' }]));
  return router;
}

/** An error with the request that it answers. */
class Refusal extends Error {
  constructor(
    readonly envelope: Envelope,
    readonly error: unknown,
  ) {
    super(messageOf(error));
  }
}

function headOf({ context, method }: Envelope): object {
  return {
    apiVersion: VERSION,
    ...(context !== undefined && { context }),
    ...(method !== undefined && { method }),
  };
}

function envelopeOf(text: string): Envelope {
  const request = jsonOf(text);
  if (!isRecord(request)) throw new VapixError(2101, 'the body is no object');
  const { apiVersion, context, method, params = {} } = request;
  const envelope: Envelope = {
    ...((typeof context === 'string' || typeof context === 'number') && { context }),
    ...(typeof method === 'string' && { method }),
    version: apiVersion,
    params: isRecord(params) ? params : {},
  };
  if (!isRecord(params)) throw new Refusal(envelope, new VapixError(2104, 'params is an object'));
  return envelope;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Call {
  readonly methods: Readonly<Record<string, Method>>;
  /** The second part of a form. */
  readonly file: string | undefined;
  readonly run: Run;
}

async function dataOf({ method, version, params }: Envelope, { methods, file, run }: Call): Promise<unknown> {
  if (method === undefined) throw new VapixError(2103, 'method');
  if (version === undefined && method !== 'getSupportedVersions') throw new VapixError(2103, 'apiVersion');
  if (version !== undefined && Number(version) !== Number(VERSION)) {
    throw new VapixError(2100, `it is ${VERSION}`);
  }
  const perform = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (!perform) throw new VapixError(2102);
  return perform(params, run, file);
}
