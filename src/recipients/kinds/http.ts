import { z } from 'zod';
import { SipsirenError } from '../../base/errors.js';
import { placeOfBody } from '../../base/template-escape.js';
import { httpExchange, type HttpAnswer } from '../../net/http-exchange.js';
import type { Message } from '../message.js';
import { templateText } from '../../rules/placeholders.js';
import { defineRecipientKind, type DeliveryContext } from '../recipient-kind.js';
import { hostField, passwordField, portField, userField } from './fields.js';

/** Which server it is must not depend on the event: scheme and host stand as they are. */
const address = (scheme: 'http' | 'https') =>
  templateText(2_048)
    .refine(
      (text) => new RegExp(`^${scheme}://[A-Za-z0-9_.:[\\]-]+(?:[/?]|$)`).test(text) && URL.canParse(text),
      {
        error: ({ input }) => addressWords(String(input), scheme),
        params: { accepted: `an address such as ${scheme}://192.168.254.10/cgi-bin/notify.cgi` },
      },
    )
    .describe('The network address of the server and the script that handles the request.');

/** What is wrong with an address, for a person. */
function addressWords(text: string, scheme: 'http' | 'https'): string {
  if (/^https?:\/\/[^/?#]*@/.test(text)) return 'has a user name in it, which has a field of its own';
  const other = /^(https?):\/\//.exec(text)?.[1] ?? scheme;
  return other === scheme
    ? 'is no address of a web server'
    : `is one of ${other}; choose that kind of recipient`;
}

/** What the device says itself; two of a kind would contradict each other. */
const OWN_HEADERS =
  /^(?:host|connection|content-length|transfer-encoding|authorization|proxy-.*|idempotency-key)$/i;

const common = {
  method: z
    .enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
    .default('POST')
    .describe('The method of the request.'),
  headers: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z0-9-]{1,64}$/, 'the name of a header')
        .refine((name) => !OWN_HEADERS.test(name), { error: 'is a header that the device sets itself' }),
      templateText(1_024).regex(/^[\x20-\x7e]*$/, 'printable ASCII'),
    )
    .default({})
    .describe('By name; values take placeholders.'),
  body: templateText(16_384).default('').describe('Empty sends the event as JSON.'),
  contentType: z
    .string()
    .max(100)
    .regex(/^[\w.+-]+\/[\w.+-]+(?:;[\x20-\x7e]*)?$/, 'a media type such as application/json')
    .default('application/json')
    .describe('The media type of the body.'),
  querySuffix: templateText(1_024).default('').describe('Added to the address after ? or &.'),
  user: userField.describe('For a server that asks who it is, by Digest or Basic.'),
  password: passwordField.describe('For a server that asks who it is.'),
  token: z
    .string()
    .max(2_048)
    .regex(/^[A-Za-z0-9._~+/=-]*$/, 'letters, digits and . _ ~ + / = -')
    .default('')
    .describe('Sent as Authorization: Bearer …; written, never read.'),
  proxyHost: z
    .union([z.literal(''), hostField])
    .default('')
    .describe('Empty where there is no proxy.'),
  proxyPort: portField.default(3_128).describe('The port of the proxy.'),
  proxyUser: userField.describe('For a proxy that asks who it is.'),
  proxyPassword: passwordField.describe('For a proxy that asks who it is.'),
};

const httpSettings = z.strictObject({ url: address('http'), ...common });
const httpsSettings = z.strictObject({
  url: address('https'),
  ...common,
  validateCertificate: z
    .boolean()
    .default(true)
    .describe('Whether the server’s certificate must be trusted.'),
  certificate: z
    .string()
    .max(64)
    .default('')
    .describe('The id of the certificate that is shown to a server that asks for one; empty is none.'),
});

type Settings = z.infer<typeof httpSettings> &
  Partial<Pick<z.infer<typeof httpsSettings>, 'validateCertificate' | 'certificate'>>;

/** HTTP: a request to a script, with the event as JSON unless another body is given. */
export const httpRecipient = defineRecipientKind({
  kind: 'http',
  summary: 'A request to a web server.',
  settings: httpSettings,
  secrets: ['password', 'token', 'proxyPassword'],
  destinationOf,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  deliver,
});

/** HTTPS: the same over TLS. */
export const httpsRecipient = defineRecipientKind({
  kind: 'https',
  summary: 'A request to a web server over TLS.',
  settings: httpsSettings,
  secrets: ['password', 'token', 'proxyPassword'],
  destinationOf,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  names: ({ certificate = '' }) =>
    certificate === '' ? [] : [{ to: 'certificate', field: 'certificate', id: certificate }],
  deliver,
});

function destinationOf({ url, proxyHost, proxyPort }: Settings): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host} ${proxyHost === '' ? '' : `${proxyHost}:${proxyPort}`}`;
}

async function deliver(settings: Settings, message: Message, context: DeliveryContext): Promise<void> {
  const { user, password, token, proxyHost, proxyPort, proxyUser, proxyPassword } = settings;
  const method = message.wish.method ?? settings.method;
  const content = await contentOf(settings, method, message);
  const answer = await httpExchange({
    url: addressOf(settings, message),
    method,
    headers: {
      'user-agent': 'sipsiren',
      ...(content && { 'content-type': content.contentType }),
      ...headersOf(settings, message),
      'idempotency-key': message.id,
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    },
    ...(content && { body: content.body }),
    credentials: credentialsOf(user, password),
    ...(proxyHost !== '' && {
      proxy: { host: proxyHost, port: proxyPort, credentials: credentialsOf(proxyUser, proxyPassword) },
    }),
    trust: context.trust(settings.validateCertificate ?? true, settings.certificate ?? ''),
    signal: context.signal,
    say: context.say,
  });
  judge(answer, proxyHost !== '');
}

function credentialsOf(user: string, password: string) {
  return user === '' ? undefined : { user, password };
}

function addressOf({ url, querySuffix }: Settings, message: Message): URL {
  const address = message.fill(url, 'url');
  const suffix = message.wish.querySuffix;
  const query = message.fill(suffix === undefined || suffix === '' ? querySuffix : suffix, 'url');
  if (query === '') return new URL(address);
  return new URL(`${address}${address.includes('?') ? '&' : '?'}${query.replace(/^[?&]/, '')}`);
}

function headersOf({ headers }: Settings, message: Message): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), message.fill(value, 'header')]),
  );
}

async function contentOf({ body, contentType }: Settings, method: string, message: Message) {
  if (method === 'GET' || method === 'DELETE') return undefined;
  if (message.recording) return { contentType: 'audio/wav', body: await message.readRecording() };
  const template = message.wish.body === undefined || message.wish.body === '' ? body : message.wish.body;
  return template === ''
    ? { contentType: 'application/json', body: message.documentBytes }
    : { contentType, body: message.fill(template, placeOfBody(contentType)) };
}

/** What will be answered alike however often it is sent: the request itself is not liked (RFC 9110 section 15.5). */
const USELESS_TO_REPEAT: ReadonlySet<number> = new Set([
  400, 405, 406, 410, 411, 413, 414, 415, 422, 431, 501,
]);

const ADVICE: Readonly<Record<number, string>> = {
  401: 'check the user name and the password',
  403: 'the server knows who asks and does not allow it',
  404: 'check the path of the address',
  407: 'check the user name and the password of the proxy',
};

function judge({ status, reason, headers }: HttpAnswer, isProxied: boolean): void {
  if (status >= 200 && status <= 299) return;
  const words = `the server answers ${status}${reason === '' ? '' : ` ${reason}`}`;
  const { location } = headers;
  // Some proxies say 401 where they mean 407.
  const known = status === 401 && isProxied ? `${ADVICE[401]}, and those of the proxy` : ADVICE[status];
  const advice = location === undefined ? known : `it moved to ${location}; enter that address`;
  throw new SipsirenError(
    USELESS_TO_REPEAT.has(status) ? 'DELIVERY_REFUSED' : 'DELIVERY_FAILED',
    `${words}${advice === undefined ? '' : `: ${advice}`}.`,
  );
}
