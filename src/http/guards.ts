import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { SipsirenError } from '../base/errors.js';
import { namesLoopback } from './loopback.js';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses requests under a name that is not this machine's. Throws FORBIDDEN_ORIGIN. */
export function refuseForeignHost(request: Request, _response: Response, next: NextFunction): void {
  if (!namesLoopback(request.headers.host)) {
    throw new SipsirenError(
      'FORBIDDEN_ORIGIN',
      'The device answers only to localhost, 127.0.0.1 and [::1]; open it under one of these names.',
    );
  }
  next();
}

/** Refuses changes that a page of another origin asks a browser for. Throws FORBIDDEN_ORIGIN. */
export function refuseForeignOrigin(request: Request, _response: Response, next: NextFunction): void {
  if (!SAFE_METHODS.has(request.method) && !isOwnOrigin(request)) {
    throw new SipsirenError('FORBIDDEN_ORIGIN', 'A web page of another origin may not change anything here.');
  }
  next();
}

/** Whether no foreign page is behind a request. Programs that are no browser send neither header; a browser lets no page forge them. */
export function isOwnOrigin(request: Pick<IncomingMessage, 'headers'>): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin, host } = request.headers;
  return origin === undefined || origin === `http://${String(host)}`;
}

/** Refuses a body that is not JSON. Throws UNSUPPORTED_MEDIA_TYPE. */
export function refuseOtherMedia(request: Request, _response: Response, next: NextFunction): void {
  if (hasBody(request) && request.is('application/json') === false) {
    throw new SipsirenError(
      'UNSUPPORTED_MEDIA_TYPE',
      'Send the body as JSON, with Content-Type: application/json.',
    );
  }
  next();
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  );
}
