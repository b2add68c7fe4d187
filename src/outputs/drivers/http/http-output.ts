import { isDeepStrictEqual } from 'node:util';
import { Emitter, type Unsubscribe } from '../../../base/emitter.js';
import { SipsirenError } from '../../../base/errors.js';
import { placeOfBody } from '../../../base/template-escape.js';
import { addToSection, createLightFrame } from '../../../patterns/light-frame.js';
import { httpExchange } from '../../../net/http-exchange.js';
import { LatestSender } from '../../latest-sender.js';
import type { OutputCapabilities, OutputDriver } from '../../output-driver.js';
import type { OutputContext } from '../../output-kind.js';
import type { Picture } from '../../picture.js';
import { isLightShown } from '../../reduction.js';
import type { HttpSettings, HttpTemplate } from './http-settings.js';
import { fill, type TemplateValues } from './template.js';

type LampState = Omit<TemplateValues, 'secret'>;

const OFF: LampState = {
  state: 'off',
  profile: '',
  color: '000000',
  red: '0',
  green: '0',
  blue: '0',
  brightness: '0',
  sound: '',
};

/** A lamp or anything else that is switched by HTTP requests, which templates describe. */
export class HttpOutput implements OutputDriver {
  readonly kind = 'http';
  readonly capabilities: OutputCapabilities;
  readonly #settings: HttpSettings;
  readonly #faults = new Emitter<string | undefined>();
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
      isSame: isDeepStrictEqual,
      repeatAfter: ({ state }) =>
        state === 'on' && settings.repeatSeconds > 0 ? settings.repeatSeconds * 1_000 : undefined,
      onFault: (fault) => {
        this.#faults.emit(fault);
      },
    });
  }

  onFault(listener: (error: string | undefined) => void): Unsubscribe {
    return this.#faults.subscribe(listener);
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
    await this.#sender.close(OFF);
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

/** What a lamp that is told of changes only shows: the profile's first colour at its intensity, without flashing. */
function lampState(picture: Picture, shows: HttpSettings['shows']): LampState {
  const light = shows !== 'siren' && isLightShown(picture) ? picture.light : undefined;
  const siren = shows === 'light' ? undefined : picture.siren;
  if (!light && !siren) return OFF;
  const [red, green, blue] = light ? colorOf(light.colors[0] ?? 'white') : [0, 0, 0];
  const hex = [red, green, blue].map((value) => value.toString(16).padStart(2, '0')).join('');
  return {
    state: 'on',
    profile: light?.profile ?? siren?.profile ?? '',
    color: hex,
    red: String(red),
    green: String(green),
    blue: String(blue),
    brightness: String((light?.intensity ?? 0) * 20),
    sound: siren?.pattern ?? '',
  };
}

/** Red, green and blue at full brightness; white is all of them. */
function colorOf(color: Parameters<typeof addToSection>[2]): [number, number, number] {
  const frame = createLightFrame();
  addToSection(frame, 0, color, 1);
  const [red = 0, green = 0, blue = 0, white = 0] = frame;
  return [Math.max(red, white), Math.max(green, white), Math.max(blue, white)];
}
