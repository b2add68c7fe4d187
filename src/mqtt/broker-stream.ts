import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocket } from 'ws';
import { SipsirenError } from '../base/errors.js';
import type { MqttSettings } from '../control/mqtt-settings.js';
import { abortError, connectTo } from '../net/connect.js';
import type { Say } from '../net/conversation.js';
import { failureWords } from '../net/failure-words.js';
import { startTls } from '../net/start-tls.js';
import type { TlsTrust } from '../net/tls-trust.js';
import { openTunnel, type HttpProxy } from '../net/tunnel.js';
import { bracketed, hostOf, portOf } from './client-identity.js';
import { LARGEST_PACKET } from './packet-guard.js';

export interface BrokerStreamOptions {
  readonly settings: MqttSettings;
  readonly trust: TlsTrust;
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** The way to the broker as the settings want it: through a proxy or not, with TLS, in a WebSocket. */
export async function openBrokerStream(options: BrokerStreamOptions): Promise<Duplex> {
  const { settings, trust, signal, say } = options;
  const { protocol } = settings;
  const host = hostOf(settings);
  const port = portOf(settings);
  const proxy = proxyOf(settings);
  let socket = proxy
    ? (await openTunnel({ proxy, target: `${bracketed(host)}:${port}`, signal, say })).socket
    : await connectTo({ host, port, signal, say });
  // A packet goes out in several small pieces; none is to wait for the acknowledgement of the one before (RFC 896).
  socket.setNoDelay(true);
  if (protocol === 'ssl' || protocol === 'wss') {
    const alpn = settings.alpn === '' ? undefined : settings.alpn;
    socket = await startTls(socket, { host, trust, alpn, signal, say });
    if (alpn !== undefined) tellAlpn(socket, alpn, say);
  }
  return protocol === 'ws' || protocol === 'wss' ? openWebSocket(socket, options) : socket;
}

function proxyOf(settings: MqttSettings): HttpProxy | undefined {
  const { protocol, httpProxy, httpsProxy, proxyUsername, proxyPassword } = settings;
  const address = protocol === 'ssl' || protocol === 'wss' ? httpsProxy : httpProxy;
  if (address === '') return undefined;
  const { hostname, port } = new URL(address);
  return {
    host: hostname.startsWith('[') ? hostname.slice(1, -1) : hostname,
    port: port === '' ? 80 : Number(port),
    ...(proxyUsername !== '' && { credentials: { user: proxyUsername, password: proxyPassword } }),
  };
}

function tellAlpn(socket: Socket, wanted: string, say: Say): void {
  const isAgreed = socket instanceof TLSSocket && socket.alpnProtocol === wanted;
  say(isAgreed ? `ALPN: ${wanted} is agreed on.` : `The server does not know the ALPN protocol ${wanted}.`);
}

/** A WebSocket over a connection that stands (RFC 6455); MQTT is its subprotocol. */
function openWebSocket(socket: Socket, { settings, signal, say }: BrokerStreamOptions): Promise<Duplex> {
  const { basePath } = settings;
  const path = basePath.startsWith('/') ? basePath : `/${basePath}`;
  const address = `${bracketed(hostOf(settings))}:${portOf(settings)}${path}`;
  return new Promise((resolve, reject) => {
    // TLS, where it is wanted, is there already.
    const webSocket = new WebSocket(`ws://${address}`, ['mqtt'], {
      createConnection: () => socket,
      perMessageDeflate: false,
      maxPayload: LARGEST_PACKET,
    });
    const fail = (why: string, cause?: unknown) => {
      socket.destroy();
      reject(signal.aborted ? abortError(signal) : new SipsirenError('NETWORK_FAILED', why, { cause }));
    };
    const abort = () => socket.destroy();
    signal.addEventListener('abort', abort, { once: true });
    webSocket.once('unexpected-response', (_request, response) => {
      fail(
        `The broker makes no WebSocket at ${path}: it answers ${response.statusCode ?? ''}. Check the port and the base path.`,
      );
    });
    webSocket.on('error', (error) => {
      fail(`The broker makes no WebSocket at ${path}: ${failureWords(error)}.`, error);
    });
    webSocket.once('open', () => {
      signal.removeEventListener('abort', abort);
      say(`A WebSocket is open at ${path}.`);
      const stream = createWebSocketStream(webSocket);
      webSocket.once('close', () => stream.destroy());
      resolve(stream);
    });
  });
}
