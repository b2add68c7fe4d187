import type { Socket } from 'node:net';
import { z } from 'zod';
import type { Timer } from '../../base/clock.js';
import { seconds } from '../../base/duration.js';
import { SipsirenError } from '../../base/errors.js';
import { abortError, connectTo } from '../../net/connect.js';
import { failureWords } from '../../net/failure-words.js';
import { startTls } from '../../net/start-tls.js';
import { templateText } from '../../rules/placeholders.js';
import type { Message } from '../message.js';
import { defineRecipientKind, type DeliveryContext } from '../recipient-kind.js';
import { hostField, portField } from './fields.js';

const LONGEST_ANSWER = 16_384;

const settingsSchema = z.strictObject({
  host: hostField.describe('Where it listens: a name or an address.'),
  port: portField.describe('The port where it listens.'),
  format: z
    .enum(['json', 'text'])
    .default('json')
    .describe('json sends the event as one line of JSON; text the text of the notification and a line feed.'),
  text: templateText(4_096)
    .default('')
    .describe('Sent in place of the notification’s own text; empty leaves that.'),
  tls: z.boolean().default(false).describe('Whether the line goes over TLS.'),
  validateCertificate: z
    .boolean()
    .default(true)
    .describe('Whether the server’s certificate must be trusted.'),
  expect: z
    .string()
    .max(200)
    .default('')
    .describe('What the answer must contain to count as delivered; empty waits for no answer.'),
});

type Settings = z.infer<typeof settingsSchema>;

/** TCP: a line on a connection of its own. */
export const tcpRecipient = defineRecipientKind<Settings>({
  kind: 'tcp',
  summary: 'A line of text or JSON over a TCP connection.',
  settings: settingsSchema,
  secrets: [],
  destinationOf: ({ host, port }) => `${host}:${port}`,
  delivery: 'atLeastOnce',
  takesRecordings: false,
  deliver,
});

async function deliver(settings: Settings, message: Message, context: DeliveryContext): Promise<void> {
  const { host, port, tls, validateCertificate, expect } = settings;
  const { signal, say } = context;
  const plain = await connectTo({ host, port, signal, say });
  const trust = context.trust(validateCertificate);
  const socket = tls ? await startTls(plain, { host, trust, signal, say }) : plain;
  try {
    const line = lineOf(settings, message);
    const answered = answerOf(socket, expect, context);
    socket.end(line);
    say(`Sent ${Buffer.byteLength(line)} bytes.`);
    const answer = await answered;
    say(answer === '' ? 'There is no answer.' : `The answer is ${JSON.stringify(answer)}.`);
    if (expect !== '' && !answer.includes(expect)) throw unexpected(answer, expect);
  } finally {
    socket.destroy();
  }
}

function unexpected(answer: string, expect: string): SipsirenError {
  const why =
    answer === ''
      ? 'the other side closed the connection without an answer'
      : `the answer ${answer.length < LONGEST_ANSWER ? 'does not contain' : 'goes on and on without'} ${JSON.stringify(expect)}`;
  return new SipsirenError('DELIVERY_FAILED', `${why}.`);
}

function lineOf({ format, text }: Settings, message: Message): string {
  if (format === 'json') return `${JSON.stringify(message.document)}\n`;
  return `${text === '' || message.wish.text ? message.text : message.fill(text)}\n`;
}

/** How long the other side has to object after it was told everything: it may refuse, or be gone. */
const GRACE = seconds(1);

/** Resolves when the other side has answered what is expected, or closed, or has everything and does not object. */
function answerOf(socket: Socket, expect: string, { signal, clock }: DeliveryContext): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    let hasSent = false;
    let grace: Timer | undefined;
    const finish = () => {
      resolve(answer.trim());
    };
    socket.on('data', (chunk: Buffer) => {
      if (answer.length < LONGEST_ANSWER) answer += chunk.toString();
      if (expect !== '' && (answer.includes(expect) || answer.length >= LONGEST_ANSWER)) finish();
    });
    socket.once('finish', () => {
      hasSent = true;
      if (expect === '') grace = clock.startTimer('tcp recipient grace', GRACE, finish);
    });
    socket.once('end', finish);
    socket.once('error', (error) => {
      const words = `${failureWords(error)}.`;
      reject(new SipsirenError('DELIVERY_FAILED', words, { cause: error }));
    });
    socket.once('close', () => {
      grace?.cancel();
      if (signal.aborted) reject(abortError(signal));
      else if (hasSent) finish();
      else reject(new SipsirenError('DELIVERY_FAILED', 'the other side closed before it had everything.'));
    });
  });
}
