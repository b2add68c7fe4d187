import type { SipRequest } from '../message/index.js';
import type { Flow } from '../transport/flow.js';

/** What becomes of a request that opens no session: it is answered; it gets a 403; it gets nothing at all. */
export type Screening = 'admit' | 'refuse' | 'ignore';

/** Decides on such a request by where it came from, before anything of it is looked at. */
export type Screen = (request: SipRequest, flow: Flow) => Screening;
