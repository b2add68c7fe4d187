import { randomUUID } from 'node:crypto';
import { type Request, Router } from 'express';
import { SipsirenError } from '../../base/errors.js';
import type { Caller } from '../../control/command.js';
import { textReaders } from '../body-readers.js';
import type { VapixOptions } from './json-api.js';

const LARGEST_BODY = 16_384;

/** As `LOCAL_CALLER` of the API: there are no people yet. */
const CALLER: Caller = { role: 'administrator', name: 'axhbt' };

/** The heartbeat that clients of such devices keep up (VAPIX): below `/vapix`. */
export function heartbeatRouter({ control, rooms }: Pick<VapixOptions, 'control' | 'rooms'>): Router {
  const router = Router();
  const session = randomUUID();
  router.post('/axhbt', ...textReaders(rooms, LARGEST_BODY), async (request: Request, response) => {
    const milliseconds = durationOf(request.body);
    await control.run('heartbeats.beatOfClient', { beat: { milliseconds } }, CALLER);
    response.json({ SessionId: session });
  });
  return router;
}

/** Throws INVALID_VALUE. */
function durationOf(body: unknown): number {
  const duration = heartbeatIn(body);
  if (typeof duration === 'number' && Number.isInteger(duration) && duration >= 0) return duration;
  throw new SipsirenError('INVALID_VALUE', 'The heartbeat has no duration.', {
    path: 'axhbt:Heartbeat.Duration',
    accepted: 'milliseconds within which it beats again, 0 to end it',
  });
}

function heartbeatIn(body: unknown): unknown {
  try {
    const request = JSON.parse(typeof body === 'string' ? body : '') as Record<
      string,
      { Duration?: unknown } | undefined
    > | null;
    return request?.['axhbt:Heartbeat']?.Duration ?? request?.['Heartbeat']?.Duration;
  } catch {
    // What is no JSON has no duration.
    return undefined;
  }
}
