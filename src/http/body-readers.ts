import express, { type RequestHandler } from 'express';
import { SipsirenError } from '../base/errors.js';
import { refuseOtherMedia } from './guards.js';
import type { Route, Upload } from './routes.js';

const LARGEST_JSON = '1mb';

const READ_JSON: readonly RequestHandler[] = [
  refuseOtherMedia,
  express.json({ limit: LARGEST_JSON, strict: false }),
];

/** What reads the body of a request to this address: JSON, or a file where the address takes one. */
export function bodyReaders({ upload }: Pick<Route, 'upload'>): readonly RequestHandler[] {
  return upload === undefined ? READ_JSON : [refuseOtherFiles(upload), readFile(upload)];
}

/** Throws UNSUPPORTED_MEDIA_TYPE. */
function refuseOtherFiles({ types }: Upload): RequestHandler {
  return (request, _response, next) => {
    if (request.headers['content-type'] !== undefined && request.is([...types]) === false) {
      throw new SipsirenError(
        'UNSUPPORTED_MEDIA_TYPE',
        `Send the file itself, with Content-Type: ${types[0]}.`,
      );
    }
    next();
  };
}

function readFile({ limit }: Upload): RequestHandler {
  return express.raw({ type: () => true, limit });
}
