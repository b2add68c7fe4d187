import express, { type RequestHandler } from 'express';
import { SipsirenError } from '../base/errors.js';
import { refuseOtherMedia } from './guards.js';
import type { Route, Upload } from './routes.js';
import type { TransferRoom } from './transfer-room.js';
import type { TransferRooms } from './transfer-rooms.js';

const LARGEST_JSON = 1_048_576;

/** What reads the body of a request to this address: JSON, or a file where the address takes one. */
export function bodyReaders(
  { upload }: Pick<Route, 'upload'>,
  { texts, files }: TransferRooms,
): readonly RequestHandler[] {
  return upload === undefined
    ? [refuseOtherMedia, whereThereIsRoom(texts, LARGEST_JSON), readJson]
    : [refuseOtherFiles(upload), whereThereIsRoom(files, upload.limit), readFile(upload)];
}

const readJson = express.json({ limit: LARGEST_JSON, strict: false });

/** Reads the body as text, whatever it is said to be. */
export function textReaders({ texts }: TransferRooms, limit: number): readonly RequestHandler[] {
  return [whereThereIsRoom(texts, limit), express.text({ type: () => true, limit })];
}

/** Holds a request back, its body unread, until there is room for so many bytes. */
function whereThereIsRoom(room: TransferRoom, limit: number): RequestHandler {
  return (request, response, next) => {
    room.enter(request, response, limit, next);
  };
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
