import type { Unsubscribe } from '../../../base/emitter.js';
import { SipsirenError } from '../../../base/errors.js';
import { placeOfBody } from '../../../base/template-escape.js';
import { httpExchange } from '../../../net/http-exchange.js';
import { DARK_LAMP, lampState, type LampState } from '../../lamp-state.js';
import { LatestSender } from '../../latest-sender.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import type { HttpSettings, HttpTemplate } from './http-settings.js';
import { fill, type TemplateValues } from './template.js';

/** A lamp or anything else that is switched by HTTP requests, which templates describe. */
export class HttpOutput implements OutputDriver {
  readonly kind = 'http';
  readonly capabilities: OutputCapabilities;
  readonly #settings: HttpSettings;
  readonly #sender: LatestSender<LampState>;

  constructor(settings: HttpSettings, { id, clock }: OutputContext) {
    this.#settings = settings;
    this.capabilities = {
      ...(settings.shows !== 'siren' && { light: { sections: 1, colors: 'rgb', framesPerSecond: 0 } }),
      ...(settings.shows !== 'light' && { sound: 'named' }),
      latencyMs: 100,
    };
    this.#sender = new LatestSender<LampState>({
      id,
      clock,
      spacing: settings.minimumIntervalMilliseconds,
      send: (state, before) => this.#send(state, before),
      repeatAfter: ({ state }) =>
        state === 'on' && settings.repeatSeconds > 0 ? settings.repeatSeconds * 1_000 : undefined,
    });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#sender.onFault(listener);
  }

  onDelivered(listener: () => void): Unsubscribe {
    return this.#sender.onTaken(listener);
  }

  present(picture: Picture): void {
    this.#sender.want(lampState(picture, this.#settings.shows));
  }

  /** Without a request that would switch something, all that can be told is how the last one went. */
  test(): Promise<void> {
    const { fault } = this.#sender;
    return fault === undefined
      ? Promise.resolve()
      : Promise.reject(new SipsirenError('OUTPUT_FAILED', fault));
  }

  async close(): Promise<void> {
    await this.#sender.close(DARK_LAMP);
  }

  async #send(state: LampState, before: LampState | undefined): Promise<void> {
    const { on, off, change } = this.#settings;
    if (state.state === 'off') await this.#request(off, state);
    else await this.#request(before?.state === 'on' && change ? change : on, state);
  }

  async #request({ method, url, headers, body }: HttpTemplate, state: LampState): Promise<void> {
    const values: TemplateValues = { ...state, secret: this.#settings.secret };
    const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    const contentType = type ?? 'application/json';
    const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, values, 'header')]);
    const { status } = await httpExchange({
      url: new URL(fill(url, values, 'url')),
      method,
      headers: {
        ...(body !== '' && !type && { 'content-type': contentType }),
        ...(Object.fromEntries(filled) as Record<string, string>),
      },
      ...(body !== '' && { body: fill(body, values, placeOfBody(contentType)) }),
      patienceMs: this.#settings.timeoutSeconds * 1_000,
    });
    if (status < 200 || status > 299) {
      throw new SipsirenError('OUTPUT_FAILED', `The lamp answers with HTTP status ${status}.`);
    }
  }
}
