import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { TestDevice } from '../support/test-device.js';

const CONNACK = Buffer.from([0x20, 2, 0, 0]);

let server: Server | undefined;
let device: TestDevice | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  await device?.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
  device = undefined;
});

/** A device whose broker does to each connection what a test wants. */
async function startWith(
  onConnection: (socket: Socket) => void,
  settings: Record<string, unknown> = {},
): Promise<TestDevice> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const test = (device = await TestDevice.start());
  const { port } = server.address() as AddressInfo;
  await test.device.control.run(
    'mqtt.update',
    { settings: { enabled: true, host: '127.0.0.1', port, ...settings } },
    { role: 'administrator', name: 'test' },
  );
  return test;
}

/** A PUBLISH of QoS 0. */
function publish(topic: Uint8Array, payload: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([topic.length >> 8, topic.length & 0xff]),
    topic,
    Buffer.from(payload),
  ]);
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([0x30, ...length]), body]);
}

/** Answers CONNECT, then does what it is given. */
const letIn = (then: (socket: Socket) => void) => (socket: Socket) => {
  socket.once('data', () => {
    socket.write(CONNACK);
    then(socket);
  });
};

const lost = async (test: TestDevice): Promise<string> => {
  const isOver = ({ state }: { state: string }) => state === 'waiting' || state === 'failed';
  return (await test.event('mqtt.connection', isOver)).event.error ?? '';
};

describe('A broker', () => {
  it('that never answers is given up in time, and told so', async () => {
    const test = await startWith(() => undefined, { timeoutSeconds: 1 });
    expect(await lost(test)).toBe('The broker did not let the device in within 1 s.');
  });

  it.each([
    [
      'that hangs up',
      (socket: Socket) => socket.end(),
      /closed the connection instead of letting the device in/,
    ],
    [
      'that cuts the connection',
      (socket: Socket) => socket.resetAndDestroy(),
      /cut the connection|closed the connection/,
    ],
    [
      'that speaks something else',
      (socket: Socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      /broke|closed/,
    ],
    [
      'that refuses with a code of its own',
      (socket: Socket) => socket.write(Buffer.from([0x20, 2, 0, 77])),
      /reason code 77/,
    ],
  ])('%s is told of', async (_name, act, error) => {
    const test = await startWith((socket) => socket.once('data', () => act(socket)), { timeoutSeconds: 2 });
    expect(await lost(test)).toMatch(error);
  });

  it('that announces a packet without end is left before it is read', async () => {
    const test = await startWith(
      letIn((socket) => socket.write(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))),
    );
    expect(await lost(test)).toMatch(/^The broker sent a packet larger than 262144 bytes\./);
  });

  it('that sends what is no MQTT after a good beginning does no harm', async () => {
    const test = await startWith(
      letIn((socket) => socket.write(Buffer.from([0x30, 5, 0, 200, 1, 2, 3, 0xf0, 0, 0x00, 0x62, 1, 9]))),
    );
    expect(await lost(test)).not.toBe('');
    test.device.siren.startProfile('Evacuation', { owner: 'test', cause: 'a test' });
    expect(test.device.siren.hasAlarm).toBe(true);
  });

  it('that floods the device waits for it: calls and alarms have their turns', async () => {
    const bytes = Buffer.concat([
      ...Array.from({ length: 20_000 }, (_, index) => publish(Buffer.from(`t/${index % 2_000}`), `${index}`)),
      publish(Buffer.from([0xff, 0xfe]), 'odd'),
      publish(Buffer.from('last'), 'the end'),
    ]);
    const test = await startWith(
      letIn((socket) => socket.write(bytes)),
      {
        subscriptions: [
          { id: 'all', filter: '#', type: 'stateful' },
          { id: 'last', filter: 'last', type: 'stateless' },
        ],
      },
    );
    const flood = { isOver: false };
    const end = test.event('mqtt.message', ({ topic }) => topic === 'last').then(() => (flood.isOver = true));
    let longest = 0;
    while (!flood.isOver) {
      const startedAt = performance.now();
      await new Promise((resume) => setImmediate(resume));
      longest = Math.max(longest, performance.now() - startedAt);
    }
    await end;
    expect(longest).toBeLessThan(200);
    expect(test.device.mqtt.status().topics).toHaveLength(1_000);
  });

  it('that acknowledges nothing holds nobody up, not even the end', async () => {
    const test = await startWith(
      letIn(() => undefined),
      {
        publication: { events: [{ filter: '//.', qos: 1 }] },
      },
    );
    await test.event('mqtt.connection', ({ state }) => state === 'connected');
    for (let count = 0; count < 3_000; count++) {
      test.device.bus.publish({ type: 'pulse', schedule: `pulse-${count}`, name: '' });
    }
    const { waiting, dropped } = test.device.mqtt.status();
    expect(waiting.messages).toBeLessThanOrEqual(1_100);
    expect(dropped).toBeGreaterThan(1_900);
    const startedAt = performance.now();
    await test.device.close();
    expect(performance.now() - startedAt).toBeLessThan(8_000);
  });
});
