import { TransferRoom } from './transfer-room.js';

/** Bytes under way at a time: texts, which a start of an alarm may be among, never wait for files. */
const TEXTS = 16 * 1_048_576;
const FILES = 64 * 1_048_576;
const ANSWERS = 64 * 1_048_576;

/** Where requests wait until there is room for what they bring or fetch. */
export interface TransferRooms {
  /** JSON and forms that come. */
  readonly texts: TransferRoom;
  /** Sounds and calendars that come. */
  readonly files: TransferRoom;
  /** Sounds that are fetched. */
  readonly answers: TransferRoom;
}

export function transferRooms(): TransferRooms {
  return {
    texts: new TransferRoom(TEXTS),
    files: new TransferRoom(FILES),
    answers: new TransferRoom(ANSWERS),
  };
}
