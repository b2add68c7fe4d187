import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { milliseconds } from '../base/duration.js';
import { SipsirenError, messageOf } from '../base/errors.js';
import type { Log } from '../base/log.js';
import { LOCAL_CALLER, apiRouter, refuseMethod } from './api-router.js';
import { Connections } from './connections.js';
import { EventStream } from './event-stream.js';
import { refuseForeignHost, refuseForeignOrigin } from './guards.js';
import type { HttpServerOptions } from './http-server-options.js';
import { isLoopback } from './loopback.js';
import { openApiDocument } from './open-api.js';
import { problemDocument } from './problem-document.js';
import { RequestTurns } from './request-turns.js';
import { securityHeaders } from './security-headers.js';
import { staticPage } from './static-page.js';
import { transferRooms } from './transfer-rooms.js';
import { heartbeatRouter } from './vapix/heartbeat.js';
import { portManagementRouter } from './vapix/port-management.js';
import { sirenAndLightRouter } from './vapix/siren-and-light.js';
import { virtualInputRouter } from './vapix/virtual-input.js';
import { Upgrades } from './upgrades.js';

/** A request that is still under way when the server closes gets so long to end. */
const CLOSING_PATIENCE = milliseconds(1_000);
const MOST_CONNECTIONS = 64;
const OPTIONS = {
  /** A request must have come within this time, its headers within the shorter one, in milliseconds. */
  requestTimeout: 30_000,
  headersTimeout: 10_000,
  connectionsCheckingInterval: 5_000,
  keepAliveTimeout: 5_000,
  maxHeaderSize: 16_384,
};

/** The page and the API, for this machine only. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #log: Log;
  readonly #stream: EventStream;
  readonly #upgrades: Upgrades;
  readonly #connections = new Connections(MOST_CONNECTIONS);
  readonly #rooms = transferRooms();
  readonly #server: Server;
  #closing: Promise<void> | undefined;

  constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#log = options.log.room('http');
    this.#stream = new EventStream({
      bus: options.bus,
      output: options.output,
      status: () => options.control.run('status.get', {}, LOCAL_CALLER),
      clock: options.clock,
      log: this.#log,
    });
    this.#server = createServer(OPTIONS, new RequestTurns(this.#createApp()).take);
    this.#server.on('connection', this.#connections.add);
    this.#server.on('request', this.#connections.touch);
    this.#upgrades = new Upgrades(options.upgrade);
    this.#server.on('upgrade', (request, socket, head) => {
      this.#connections.release(request.socket);
      this.#upgrades.take(request, socket, head);
    });
  }

  /** Opens the port and says where. Throws NOT_LOOPBACK, ADDRESS_IN_USE, ADDRESS_NOT_AVAILABLE. */
  async start(): Promise<{ readonly address: string; readonly port: number }> {
    const { address, port } = this.#options;
    if (!isLoopback(address)) {
      throw new SipsirenError(
        'NOT_LOOPBACK',
        `The page cannot be offered on ${address}: there are no user accounts yet, so anybody in the network could start ` +
          'or silence the siren. Use 127.0.0.1 or ::1, and a tunnel (ssh -L) to look from elsewhere.',
        { path: 'address', accepted: '127.0.0.1 or ::1' },
      );
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) => reject(listenFailure(error, address, port)));
      this.#server.listen({ host: address, port }, resolve);
    });
    this.#server.removeAllListeners('error');
    this.#server.on('error', (error) =>
      this.#log.error('the HTTP server failed', { error: messageOf(error) }),
    );
    const bound = this.#server.address() as AddressInfo;
    return { address: bound.address, port: bound.port };
  }

  /** Ends every stream and connection. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stream.close();
    this.#upgrades.close();
    if (!this.#server.listening) return;
    const patience = this.#options.clock.startTimer('closing of the HTTP server', CLOSING_PATIENCE, () =>
      this.#server.closeAllConnections(),
    );
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
    patience.cancel();
  }

  #createApp(): Express {
    const app = express();
    app.disable('x-powered-by');
    app.set('query parser', 'simple');
    app.use(securityHeaders(), refuseForeignHost, refuseForeignOrigin);
    app.use('/api/v1', this.#createApi());
    app.use('/api', refuseUnknown);
    const vapix = { control: this.#options.control, log: this.#log, rooms: this.#rooms };
    app.use('/axis-cgi', sirenAndLightRouter(vapix), virtualInputRouter(vapix), portManagementRouter(vapix));
    app.use('/vapix', heartbeatRouter(vapix));
    if (this.#options.webRoot !== undefined) app.use(staticPage(this.#options.webRoot));
    app.use(refuseUnknown);
    app.use(this.#sendProblem);
    return app;
  }

  #createApi() {
    const api = express.Router();
    api.use((_request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      next();
    });
    const onlyGet = refuseMethod([{ method: 'GET' }]);
    api
      .route('/events')
      .head((_request, response) => void response.type('text/event-stream').end())
      .get(async (request, response) => {
        await this.#stream.serve(request, response);
        this.#connections.release(request.socket);
      })
      .all(onlyGet);
    api
      .route('/openapi.json')
      .get((_request, response) => void response.json(openApiDocument()))
      .all(onlyGet);
    api.use(apiRouter(this.#options.control, this.#rooms));
    return api;
  }

  readonly #sendProblem = (
    error: unknown,
    request: Request,
    response: Response,
    next: NextFunction,
  ): void => {
    const problem = problemDocument(error, response.locals['bodyField'] as string | undefined);
    if (problem.status >= 500) {
      this.#log.error('a request failed', {
        method: request.method,
        path: request.path,
        error: messageOf(error),
      });
    }
    if (response.headersSent) next(error);
    else response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}

function refuseUnknown(request: Request): never {
  throw new SipsirenError('NOT_FOUND', `There is nothing at ${request.originalUrl.slice(0, 200)}.`);
}

function listenFailure(error: NodeJS.ErrnoException, address: string, port: number): SipsirenError {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${address} is taken by another program; choose another one with --http-port.`;
    return new SipsirenError('ADDRESS_IN_USE', message, { cause: error, path: 'port' });
  }
  if (error.code === 'EACCES') {
    const message = `Port ${port} needs the rights of the administrator; choose one above 1023 with --http-port.`;
    return new SipsirenError('ADDRESS_NOT_AVAILABLE', message, { cause: error, path: 'port' });
  }
  const message = `The page cannot be offered on ${address}, port ${port}: ${error.message}.`;
  return new SipsirenError('ADDRESS_NOT_AVAILABLE', message, { cause: error, path: 'address' });
}
