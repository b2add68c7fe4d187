import { z } from 'zod';
import { SipsirenError } from '../../../base/errors.js';
import { httpExchange } from '../../../net/http-exchange.js';
import type { VapixSettings } from './vapix-settings.js';

const PATH = '/axis-cgi/siren_and_light.cgi';
const VERSION = '1.0';
/** Of an answer that is not understood, for a message. */
const SHOWN_CHARACTERS = 80;

/** `Requested process id does not exist`: what should end has ended already. */
export const NO_SUCH_PROCESS = 1203;
export const METHOD_NOT_SUPPORTED = 2102;

const answerSchema = z.object({
  data: z.unknown().optional(),
  error: z.object({ code: z.coerce.number(), message: z.string().default('') }).optional(),
});

/** The other siren understood a request and refused it. */
export class VapixRefusal extends SipsirenError {
  readonly refusal: number;

  constructor(method: string, code: number, message: string) {
    super('OUTPUT_FAILED', `The other siren refuses "${method}": ${message} (${code}).`);
    this.name = 'VapixRefusal';
    this.refusal = code;
  }
}

/** Asks another siren by `siren_and_light.cgi`. */
export class VapixClient {
  readonly #settings: VapixSettings;

  constructor(settings: VapixSettings) {
    this.#settings = settings;
  }

  /** What it answers. Rejects with a VapixRefusal, OUTPUT_FAILED, NETWORK_FAILED or TIMEOUT. */
  async call(method: string, params?: object): Promise<unknown> {
    const { address, user, password, verifyCertificate, timeoutSeconds } = this.#settings;
    const { status, body } = await httpExchange({
      url: new URL(PATH, address),
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiVersion: VERSION, method, ...(params && { params }) }),
      patienceMs: timeoutSeconds * 1_000,
      ...(user !== '' && { credentials: { user, password } }),
      trust: { verify: verifyCertificate, authorities: [] },
    });
    if (status === 401) throw new SipsirenError('OUTPUT_FAILED', this.#loginProblem);
    if (status < 200 || status > 299) {
      throw new SipsirenError('OUTPUT_FAILED', `The other siren answers with HTTP status ${status}.`);
    }
    const { data, error } = parsed(body);
    if (error) throw new VapixRefusal(method, error.code, error.message);
    return data;
  }

  get #loginProblem(): string {
    return this.#settings.user === ''
      ? 'The other siren asks for a user name and a password; there are none in the settings.'
      : 'The other siren does not accept the user name or the password.';
  }
}

function parsed(body: string): z.infer<typeof answerSchema> {
  try {
    return answerSchema.parse(JSON.parse(body));
  } catch (error) {
    const shown = body.slice(0, SHOWN_CHARACTERS).replaceAll(/\s+/g, ' ');
    throw new SipsirenError('OUTPUT_FAILED', `What answers there is no siren with VAPIX: "${shown}".`, {
      cause: error,
    });
  }
}
