import type { Clock } from '../base/clock.js';
import type { Log } from '../base/log.js';
import type { Control } from '../control/control.js';
import type { VirtualOutputService } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import type { UpgradeHandler } from './upgrades.js';

/** What the HTTP server is built from. */
export type HttpServerOptions = {
  readonly control: Control;
  readonly bus: EventBus;
  readonly output: VirtualOutputService;
  /** A loopback address: `127.0.0.1` or `::1`. */
  readonly address: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The folder of the built page; without it only the API is served. */
  readonly webRoot?: string;
  /** Takes the requests for WebSockets over that come to `/sip`. Default: they are refused. */
  readonly upgrade?: UpgradeHandler;
  readonly clock: Clock;
  readonly log: Log;
};
