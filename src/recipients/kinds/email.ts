import { format } from 'node:util';
import { createTransport } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import { z } from 'zod';
import { messageOf, SipsirenError } from '../../base/errors.js';
import { abortError, connectTo } from '../../net/connect.js';
import type { Say } from '../../net/conversation.js';
import { failureWords } from '../../net/failure-words.js';
import { startTls } from '../../net/start-tls.js';
import { tellingTlsOptions } from '../../net/tls-trust.js';
import { templateText } from '../../rules/placeholders.js';
import type { Message } from '../message.js';
import { defineRecipientKind, type DeliveryContext } from '../recipient-kind.js';
import { hostField, passwordField, portField, userField } from './fields.js';

const addressField = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@<>(),;:"\\]+@[A-Za-z0-9.[\]:-]+$/, 'an address such as guard@example.com');

/** A list, or one text with commas, as the device manual has it. */
const addresses = z.preprocess(
  (value) => (typeof value === 'string' ? value.split(',').filter((one) => one.trim() !== '') : value),
  z.array(addressField).max(50),
);

const settingsSchema = z.strictObject({
  to: addresses
    .pipe(z.array(addressField).min(1, 'Name somebody to send to.'))
    .describe('Who gets it; several addresses are possible.'),
  cc: addresses.default([]).describe('Who gets a copy.'),
  from: addressField.describe('The sender’s address.'),
  server: hostField.describe('The mail server (SMTP): smtp.example.com.'),
  port: portField.default(587).describe('Usually 587; 465 with TLS from the beginning.'),
  encryption: z
    .enum(['none', 'starttls', 'tls'])
    .default('starttls')
    .describe(
      'starttls begins in the clear and goes on only encrypted; tls is encrypted from the beginning (port 465).',
    ),
  validateCertificate: z
    .boolean()
    .default(true)
    .describe('Whether the mail server’s certificate must be trusted.'),
  user: userField.describe('To log in; empty where the server wants nobody to.'),
  password: passwordField.describe('To log in.'),
  subject: templateText(200).default('').describe('Used where the notification has none of its own.'),
  attachEvent: z.boolean().default(true).describe('Whether the event is attached as JSON.'),
});

type Settings = z.infer<typeof settingsSchema>;

/** Email: by SMTP to a mail server. */
export const emailRecipient = defineRecipientKind<Settings>({
  kind: 'email',
  summary: 'An email by way of a mail server (SMTP).',
  settings: settingsSchema,
  secrets: ['password'],
  destinationOf: ({ server, port }) => `${server}:${port}`,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  deliver,
});

async function deliver(settings: Settings, message: Message, context: DeliveryContext): Promise<void> {
  const { signal, say } = context;
  const transport = createTransport(await transportOptions(settings, context));
  try {
    const { rejected } = await transport.sendMail(await mailOf(settings, message));
    if (rejected.length > 0) {
      // Who was accepted has it; to send again would give it to them twice.
      say(`The server does not take these addresses: ${rejected.map(String).join(', ')}.`);
    }
  } catch (error) {
    throw signal.aborted ? abortError(signal) : toFailure(error);
  } finally {
    transport.close();
  }
}

async function transportOptions(
  { server, port, encryption, validateCertificate, user, password }: Settings,
  { signal, say, trust: trustFor }: DeliveryContext,
): Promise<SMTPTransport.Options> {
  const trust = trustFor(validateCertificate);
  const plain = await connectTo({ host: server, port, signal, say });
  const isTls = encryption === 'tls';
  const connection = isTls ? await startTls(plain, { host: server, trust, signal, say }) : plain;
  return {
    host: server,
    port,
    secure: isTls,
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    tls: tellingTlsOptions(trust, say),
    ...(user !== '' && { auth: { user, pass: password } }),
    getSocket: (_options, callback) => {
      callback(null, { connection, secured: isTls });
    },
    transactionLog: true,
    logger: transcript(say) as never,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

async function mailOf(settings: Settings, message: Message) {
  const { wish } = message;
  const hasSubject = wish.subject !== undefined && wish.subject !== '';
  const domain = settings.from.slice(settings.from.indexOf('@') + 1);
  const file =
    settings.attachEvent || message.recording ? await message.file('{{device}}-{{date}}') : undefined;
  return {
    from: settings.from,
    to: settings.to,
    cc: settings.cc,
    subject:
      hasSubject || settings.subject === '' ? message.subject : oneLine(message.fill(settings.subject)),
    text: message.text,
    // The same for every attempt: mail programs show such a message once.
    messageId: `<${message.id}@${domain}>`,
    headers: { 'X-Sipsiren-Id': message.id, 'Auto-Submitted': 'auto-generated' },
    ...(file && {
      attachments: [{ filename: file.name, content: file.content, contentType: file.contentType }],
    }),
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

/** What the library writes in place of a password that goes in Base64: it would be taken for the password. */
const HIDDEN = Buffer.from('/* secret */').toString('base64');

/** What server and device say to each other; the library leaves out what logs in. */
function transcript(say: Say) {
  const open = (text: string) => text.replace(/^(AUTH \S+) .+/, '$1 ***').replaceAll(HIDDEN, '***');
  const tell = (entry: { readonly tnx?: string }, ...words: unknown[]) => {
    const text = format(...words);
    if (entry.tnx === 'server') say(`The server says: ${text}`);
    if (entry.tnx === 'client' && !text.startsWith('.')) say(`The device says: ${open(text)}`);
  };
  const ignore = () => undefined;
  return {
    level: ignore,
    trace: ignore,
    debug: tell,
    info: ignore,
    warn: ignore,
    error: ignore,
    fatal: ignore,
  };
}

/** RFC 5321 section 4.2.1: 5yz of a recipient or of the data is for good; of a login a setting may be wrong. */
function toFailure(error: unknown): SipsirenError {
  const { responseCode, command, code } = error as { responseCode?: number; command?: string; code?: string };
  const isForGood =
    responseCode !== undefined && responseCode >= 500 && /^(?:RCPT TO|DATA)$/.test(command ?? '');
  const words =
    code === 'EAUTH'
      ? 'the server does not accept the user name or the password'
      : failureWords(withOwnCode(error));
  const details = code === 'EAUTH' ? ` (${messageOf(error)})` : '';
  return new SipsirenError(isForGood ? 'DELIVERY_REFUSED' : 'DELIVERY_FAILED', `${words}${details}.`, {
    cause: error,
  });
}

/** The library puts a code of its own in place of the one that says what happened, and keeps that. */
function withOwnCode(error: unknown): unknown {
  const { originalCode } = error as { readonly originalCode?: string };
  return originalCode === undefined
    ? error
    : Object.assign(new Error(messageOf(error)), { code: originalCode });
}
