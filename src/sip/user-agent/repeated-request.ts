import { HeaderList, SipRequest } from '../message/index.js';
import type { HeaderLines } from './content.js';

/**
 * A request once more for a new transaction: without its Via, with this CSeq number and with these lines, such
 * as credentials, in place of the former ones of the same name.
 */
export function repeatedRequest(
  request: SipRequest,
  sequence: number,
  replacing: HeaderLines = [],
): SipRequest {
  const headers = new HeaderList();
  const lines = [...replacing];
  for (const [name, value] of request.headers.entries()) {
    if (name === 'Via' || name === 'CSeq' || lines.some(([replaced]) => replaced === name)) continue;
    headers.append(name, value);
  }
  headers.append('CSeq', `${sequence} ${request.method}`);
  for (const [name, value] of lines) headers.append(name, value);
  return new SipRequest({ method: request.method, uri: request.uri, headers, body: request.body });
}
