import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { messageOf } from '../../base/errors.js';
import { VapixError } from './vapix-error.js';

/** What `uploadProfiles` sends: the request and the profiles, both as text. */
export interface Upload {
  readonly request: string;
  readonly file: string | undefined;
}

const LARGEST_PART = 1_048_576;
const LIMITS = { fileSize: LARGEST_PART, fieldSize: LARGEST_PART, parts: 4, headerPairs: 50 };

/** Reads a form of two parts, `request` and `file`. Rejects with a VapixError. */
export function readUpload(message: IncomingMessage): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const texts = new Map<string, string>();
    const fail = (detail: string) => {
      message.unpipe();
      message.resume();
      reject(new VapixError(2101, detail));
    };
    const take = (name: string, bytes: readonly Buffer[]) => {
      if (!texts.has(name)) texts.set(name, Buffer.concat(bytes).toString());
    };
    let form;
    try {
      form = busboy({ headers: message.headers, limits: LIMITS });
    } catch (error) {
      fail(`the form cannot be read: ${messageOf(error)}`);
      return;
    }
    // A part that has a type or a file's name comes as a file, the request too.
    form.on('file', (name, stream) => {
      const bytes: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => bytes.push(chunk));
      stream.on('limit', () => fail(`the part ${name.slice(0, 50)} is larger than 1 MiB`));
      stream.on('end', () => take(name, bytes));
    });
    form.on('field', (name, text, { valueTruncated }) => {
      if (valueTruncated) fail(`the part ${name.slice(0, 50)} is larger than 1 MiB`);
      else take(name, [Buffer.from(text)]);
    });
    form.on('error', (error) => fail(`the form cannot be read: ${messageOf(error)}`));
    form.on('close', () => {
      const request = texts.get('request');
      if (request === undefined) fail('the form has no part "request"');
      else resolve({ request, file: texts.get('file') });
    });
    message.on('error', (error) => fail(messageOf(error)));
    message.on('close', () => {
      // It closes by itself once all of it has come.
      if (!message.complete) fail('the form broke off');
    });
    message.pipe(form);
  });
}
