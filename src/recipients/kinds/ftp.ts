import { Readable } from 'node:stream';
import { FTPError, type Client } from 'basic-ftp';
import { z } from 'zod';
import { messageOf, SipsirenError } from '../../base/errors.js';
import { abortError } from '../../net/connect.js';
import type { Say } from '../../net/conversation.js';
import { failureWords } from '../../net/failure-words.js';
import { tellingTlsOptions } from '../../net/tls-trust.js';
import { templateText } from '../../rules/placeholders.js';
import type { Message, MessageFile } from '../message.js';
import { defineRecipientKind, type DeliveryContext } from '../recipient-kind.js';
import { hostField, lineField, passwordField, portField, userField } from './fields.js';
import { FtpClient } from './ftp-client.js';
import { uploadActively } from './ftp-upload.js';

/** What a file is called where nothing else is said. */
const DEFAULT_FILE_NAME = '{{device}}-{{date}}-{{localTime}}';

export const fileFields = {
  folder: lineField(1_024)
    .default('')
    .describe('Where files go; it must exist. Empty is where the login leads.'),
  user: userField.pipe(lineField(256)).describe('To log in; with FTP empty is anonymous.'),
  password: passwordField.pipe(lineField(1_024)).describe('To log in.'),
  fileName: templateText(200)
    .default(DEFAULT_FILE_NAME)
    .describe('Without its ending; a number that makes it unique is added.'),
  useTemporaryFileName: z
    .boolean()
    .default(true)
    .describe('Whether a file bears another name until it is whole.'),
};

const ftpSettings = z.strictObject({
  host: hostField.describe('The name or address of the server.'),
  port: portField.default(21).describe('The port of the server; usually 21.'),
  ...fileFields,
  passive: z
    .boolean()
    .default(true)
    .describe('Whether the device opens the data connection; else the server does.'),
});

const ftpsSettings = ftpSettings.extend({
  validateCertificate: z
    .boolean()
    .default(true)
    .describe('Whether the server’s certificate must be trusted.'),
});

type Settings = z.infer<typeof ftpSettings> & { readonly validateCertificate?: boolean };

const destinationOf = ({ host, port }: Settings) => `${host}:${port}`;

/** FTP: a file for each notification. */
export const ftpRecipient = defineRecipientKind({
  kind: 'ftp',
  summary: 'A file on an FTP server.',
  settings: ftpSettings,
  secrets: ['password'],
  destinationOf,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  deliver: (settings, message, context) => deliver(settings, message, context, false),
});

/** FTPS: the same with explicit TLS (RFC 4217), for control and data. */
export const ftpsRecipient = defineRecipientKind({
  kind: 'ftps',
  summary: 'A file on an FTP server with explicit TLS.',
  settings: ftpsSettings,
  secrets: ['password'],
  destinationOf,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  deliver: (settings, message, context) => deliver(settings, message, context, true),
});

async function deliver(
  settings: Settings,
  message: Message,
  context: DeliveryContext,
  isSecure: boolean,
): Promise<void> {
  const { signal } = context;
  const file = await message.file(settings.fileName);
  const client = new FtpClient();
  client.ftp.verbose = true;
  client.ftp.log = transcript(context.say);
  const abort = () => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.whileConnected(async () => {
      await logIn(client, settings, context, isSecure);
      await upload(client, settings, file, signal);
      if (message.isTest) await client.remove(file.name);
    });
  } catch (error) {
    throw signal.aborted ? abortError(signal) : toFailure(error);
  } finally {
    signal.removeEventListener('abort', abort);
    client.close();
  }
}

async function logIn(
  client: Client,
  settings: Settings,
  { trust, say }: DeliveryContext,
  isSecure: boolean,
): Promise<void> {
  const { host, port, user, password, folder, validateCertificate = true } = settings;
  say(`Connecting to ${host}, port ${port}.`);
  await client.connect(host, port);
  if (isSecure) {
    await client.useTLS({ host, ...tellingTlsOptions(trust(validateCertificate), say) });
    say('TLS is agreed on.');
  }
  await client.login(user === '' ? 'anonymous' : user, password);
  await client.useDefaultSettings();
  if (folder !== '') await client.cd(folder);
}

/** A name that is taken by a file half written is written anew: the attempt before broke off. */
async function upload(
  client: Client,
  { passive, useTemporaryFileName }: Settings,
  { name, content }: MessageFile,
  signal: AbortSignal,
): Promise<void> {
  const written = useTemporaryFileName ? `.${name}.part` : name;
  if (passive) await client.uploadFrom(Readable.from([content]), written);
  else await uploadActively(client, written, content, signal);
  if (written !== name) await client.rename(written, name);
}

/** What server and device say to each other, without passwords. */
function transcript(say: Say): (line: string) => void {
  return (line) => {
    const text = line.trimEnd();
    if (text.startsWith('<')) say(`The server says: ${text.slice(1).trim()}`);
    else if (text.startsWith('>')) say(`The device says: ${hidden(text.slice(1).trim())}`);
  };
}

function hidden(command: string): string {
  return command.startsWith('PASS') ? 'PASS ***' : command;
}

const ADVICE: Readonly<Record<number, string>> = {
  530: 'check the user name and the password',
  550: 'check that the folder exists, and that the user may write there',
  553: 'check that the user may write in the folder',
  552: 'the server has no room left',
};

function toFailure(error: unknown): SipsirenError {
  // The library makes its own error of a connection that fails, too; a reply has a number.
  if (!(error instanceof FTPError) || typeof error.code !== 'number') {
    const words = failureWords(error).replace(
      /^(?:Server sent FIN|Server closed).*/,
      'the server closed the connection',
    );
    return new SipsirenError('DELIVERY_FAILED', `${words.replace(/\.$/, '')}.`, { cause: error });
  }
  const advice = ADVICE[error.code];
  const text = `the server says: ${messageOf(error)}${advice === undefined ? '' : `; ${advice}`}.`;
  return new SipsirenError('DELIVERY_FAILED', text, { cause: error });
}
