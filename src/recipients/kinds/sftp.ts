import { randomToken } from '../../base/ids.js';
import { messageOf, SipsirenError } from '../../base/errors.js';
import { abortError, connectTo } from '../../net/connect.js';
import { failureWords } from '../../net/failure-words.js';
import SftpClient from 'ssh2-sftp-client';
import { z } from 'zod';
import type { Message, MessageFile } from '../message.js';
import { defineRecipientKind, type DeliveryContext } from '../recipient-kind.js';
import { hostField, portField } from './fields.js';
import { fileFields } from './ftp.js';
import { fingerprintsOf, isExpectedKey, md5Fingerprint, sha256Fingerprint } from './host-key.js';
import { sftpLogin } from './sftp-login.js';

/** As OpenSSH, OpenSSL and PuTTY write them. */
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]+-----END |^PuTTY-User-Key-File-/;

const settingsSchema = z.strictObject({
  host: hostField.describe('The name or address of the server.'),
  port: portField.default(22).describe('The port of the server; usually 22.'),
  ...fileFields,
  privateKey: z
    .string()
    .max(16_384)
    .refine((text) => text.trim() === '' || PRIVATE_KEY.test(text), {
      error: 'is no private key',
      params: { accepted: 'the whole text of a key file, from -----BEGIN on' },
    })
    .default('')
    .describe('In OpenSSH’s form, in place of a password; written, never read.'),
  hostKeySha256: sha256Fingerprint
    .default('')
    .describe(
      'The fingerprint of the server’s key, 43 characters in Base64; it or the MD5 one is needed before anything is sent.',
    ),
  hostKeyMd5: md5Fingerprint
    .default('')
    .describe('The fingerprint of the server’s key as 32 hexadecimal digits. Prefer SHA-256.'),
});

type Settings = z.infer<typeof settingsSchema>;

/** SFTP: a file for each notification, on a server whose key is known. */
export const sftpRecipient = defineRecipientKind<Settings>({
  kind: 'sftp',
  summary: 'A file on an SFTP server (SSH).',
  settings: settingsSchema,
  secrets: ['password', 'privateKey'],
  // Another key is another server.
  destinationOf: ({ host, port, hostKeySha256, hostKeyMd5 }) =>
    `${host}:${port} ${hostKeySha256} ${hostKeyMd5}`,
  delivery: 'atLeastOnce',
  takesRecordings: true,
  deliver,
});

/** The kinds of host keys in the order of the device manual; a server has several and shows the one that is asked for. */
const KEY_KINDS = [
  { name: 'RSA', algorithms: ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] },
  { name: 'ECDSA', algorithms: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] },
  { name: 'ED25519', algorithms: ['ssh-ed25519'] },
] as const;

async function deliver(settings: Settings, message: Message, context: DeliveryContext): Promise<void> {
  if (settings.user === '') {
    throw new SipsirenError('DELIVERY_FAILED', 'No user name is set; SSH lets nobody in without one.');
  }
  const file = await message.file(settings.fileName);
  const shown: string[] = [];
  for (const kind of KEY_KINDS) {
    const session = await open(settings, kind, context);
    if (typeof session === 'string') {
      if (session !== '') shown.push(session);
      continue;
    }
    try {
      await upload(session, settings, file, context);
      if (message.isTest) await session.client.delete(pathOf(settings, file.name));
      return;
    } catch (error) {
      if (context.signal.aborted) throw abortError(context.signal);
      throw session.isLost() ? lost(error) : toFailure(error);
    } finally {
      await session.client.end().catch(() => undefined);
    }
  }
  throw new SipsirenError('DELIVERY_FAILED', distrust(settings, shown));
}

interface Session {
  readonly client: SftpClient;
  /** Whether the connection is gone. */
  readonly isLost: () => boolean;
}

/** A session, or what key the server showed that is not the expected one; '' where it has none of the kind. */
async function open(
  settings: Settings,
  kind: (typeof KEY_KINDS)[number],
  { signal, say }: DeliveryContext,
): Promise<Session | string> {
  const { host, port, user, hostKeySha256, hostKeyMd5 } = settings;
  const sock = await connectTo({ host, port, signal, say });
  let refused: string | undefined;
  let isLost = false;
  const lose = () => {
    isLost = true;
  };
  const client = new SftpClient('recipient', { error: lose, end: lose, close: lose });
  try {
    await client.connect({
      host,
      port,
      sock,
      ...sftpLogin(settings, say),
      // The delivery's own patience ends it.
      readyTimeout: 0,
      algorithms: { serverHostKey: [...kind.algorithms] },
      hostVerifier: (key: Buffer) => {
        const fingerprints = fingerprintsOf(key);
        const words = `${kind.name} SHA256:${fingerprints.sha256} (MD5 ${fingerprints.md5})`;
        const isExpected = isExpectedKey(fingerprints, { sha256: hostKeySha256, md5: hostKeyMd5 });
        say(`The server shows the key ${words}, which is ${isExpected ? '' : 'not '}the expected one.`);
        if (!isExpected) refused = words;
        return isExpected;
      },
    });
    say(`Logged in as ${user}.`);
    return { client, isLost: () => isLost || sock.destroyed || Reflect.get(client, 'sftp') === undefined };
  } catch (error) {
    sock.destroy();
    if (signal.aborted) throw abortError(signal);
    if (refused !== undefined) return refused;
    if (/no matching host key/i.test(messageOf(error))) {
      say(`The server has no ${kind.name} key.`);
      return '';
    }
    throw toFailure(error);
  }
}

async function upload(
  { client, isLost }: Session,
  settings: Settings,
  { name, content }: MessageFile,
  { say }: DeliveryContext,
): Promise<void> {
  const final = pathOf(settings, name);
  const written = settings.useTemporaryFileName ? pathOf(settings, `.${randomToken(4)}-${name}.part`) : final;
  say(`Writing ${content.length} bytes to ${written}.`);
  await client.put(content, written);
  if (written === final) return;
  say(`Renaming it to ${final}.`);
  // An attempt before may have done so and not have heard of it.
  await client.posixRename(written, final).catch(async (error: unknown) => {
    if (isLost()) throw error;
    await client.delete(final, true);
    await client.rename(written, final);
  });
}

function pathOf({ folder }: Settings, name: string): string {
  if (folder === '') return name;
  return folder.endsWith('/') ? `${folder}${name}` : `${folder}/${name}`;
}

function distrust({ hostKeySha256, hostKeyMd5 }: Settings, shown: readonly string[]): string {
  const keys =
    shown.length === 0 ? 'The server has no key of a known kind' : `The server shows ${shown.join(', ')}`;
  return hostKeySha256 === '' && hostKeyMd5 === ''
    ? `${keys}. No fingerprint is set: compare with what the server's administrator says, and enter it.`
    : `${keys}, which is not the key that is expected: it is another server, or its key was changed.`;
}

/** Whatever the library makes of it when the connection is gone. */
function lost(cause: unknown): SipsirenError {
  return new SipsirenError('DELIVERY_FAILED', 'the other side closed the connection.', { cause });
}

const CLOSED =
  /connection lost|no response from server|remote side|not connected|no sftp connection|socket closed|unexpected(?:ly)? (?:end|close)/i;

const NO_SSH =
  /header line too long|greeting lines|invalid header|identification string|bad packet length|exceeds max length/i;

function toFailure(error: unknown): SipsirenError {
  // The library begins with the names of its own functions.
  const text = messageOf(error).replace(/^(?:_?[a-z]\w*: )?(?:Write stream error: )?/, '');
  if (CLOSED.test(text)) return lost(error);
  if (NO_SSH.test(text)) {
    const words = `the other side does not keep to SSH (${text.replace(/\.$/, '')}); check the port.`;
    return new SipsirenError('DELIVERY_FAILED', words, { cause: error });
  }
  const words = /Cannot parse privateKey/i.test(text)
    ? 'the private key cannot be read; it must not be protected by a passphrase'
    : /authentication/i.test(text)
      ? 'the server does not accept the user name, the password or the key'
      : /no such file|permission denied/i.test(text)
        ? `${text}; check that the folder exists, and that the user may write there`
        : failureWords(error);
  return new SipsirenError('DELIVERY_FAILED', `${words.replace(/\.$/, '')}.`, { cause: error });
}
