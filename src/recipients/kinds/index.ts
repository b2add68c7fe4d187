import { SipsirenError } from '../../base/errors.js';
import type { RecipientKind } from '../recipient-kind.js';
import { emailRecipient } from './email.js';
import { ftpRecipient, ftpsRecipient } from './ftp.js';
import { httpRecipient, httpsRecipient } from './http.js';
import { sftpRecipient } from './sftp.js';
import { sipRecipient } from './sip.js';
import { tcpRecipient } from './tcp.js';

/** Every kind of recipient: a new one is its file and a line here. */
export const RECIPIENT_KINDS = [
  httpRecipient,
  httpsRecipient,
  tcpRecipient,
  emailRecipient,
  ftpRecipient,
  ftpsRecipient,
  sftpRecipient,
  sipRecipient,
] as readonly RecipientKind[];

const BY_NAME = new Map(RECIPIENT_KINDS.map((kind) => [kind.kind, kind]));

/** A kind by its name. Throws NOT_FOUND. */
export function recipientKindOf(name: string): RecipientKind {
  const kind = BY_NAME.get(name);
  if (!kind)
    throw new SipsirenError('NOT_FOUND', `There is no kind of recipient "${name}".`, { path: 'kind' });
  return kind;
}
