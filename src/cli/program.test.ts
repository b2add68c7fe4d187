import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { runProgram, type CallArguments, type StartArguments } from './program.js';

let printed = '';
/** What the commands were told. */
let told: unknown[] = [];

beforeEach(() => {
  printed = '';
  told = [];
  const print = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  jest.spyOn(process.stderr, 'write').mockImplementation(print);
  jest.spyOn(process.stdout, 'write').mockImplementation(print);
});

afterEach(() => {
  jest.restoreAllMocks();
});

function run(...args: string[]): Promise<number> {
  const note = (value: unknown): Promise<number> => {
    told.push(value);
    return Promise.resolve(0);
  };
  return runProgram(['node', 'sipsiren', ...args], { start: note, check: note, reset: note, call: note });
}

describe('sipsiren start', () => {
  it('has a default for everything', async () => {
    expect(await run('start')).toBe(0);
    const expected: StartArguments = {
      data: './data',
      demo: false,
      httpPort: 8080,
      httpAddress: '127.0.0.1',
      logLevel: 'info',
    };
    expect(told).toEqual([expected]);
  });

  it('takes several addresses, and options in either writing', async () => {
    expect(
      await run('start', '--sip-address', '127.0.0.1', '::1', '--sip-port=5070', '--tls-port', '5071'),
    ).toBe(0);
    expect(told).toEqual([
      expect.objectContaining({ sipAddress: ['127.0.0.1', '::1'], sipPort: 5070, tlsPort: 5071 }),
    ]);
  });

  it.each([
    ['--sip-port', '80'],
    ['--sip-port', '65536'],
    ['--sip-port', 'many'],
    ['--sip-port', ''],
    ['--tls-port', '1023'],
    ['--http-port', '-1'],
    ['--rtp-start-port', '1.5'],
    ['--log-level', 'loud'],
    ['--sip-address', '127.0.0.256'],
  ])('refuses %s=%s with 2, names the option and starts nothing', async (option, value) => {
    expect(await run('start', `${option}=${value}`)).toBe(2);
    expect(printed).toContain(option);
    expect(told).toEqual([]);
  });
});

describe('sipsiren call', () => {
  it('has a default for everything but the address', async () => {
    expect(await run('call', 'sip:1001@127.0.0.1')).toBe(0);
    const expected: Partial<CallArguments> = {
      to: 'sip:1001@127.0.0.1',
      seconds: 3,
      timeoutSeconds: 30,
      from: 'sipsiren-test',
    };
    expect(told).toEqual([expect.objectContaining(expected)]);
  });

  it('writes keys in capitals', async () => {
    expect(await run('call', '1001', '--dtmf', '1a#')).toBe(0);
    expect(told).toEqual([expect.objectContaining({ dtmf: '1A#' })]);
  });

  it.each([
    ['--dtmf', '12x'],
    ['--seconds', '3601'],
    ['--timeout', '0'],
    ['--transport', 'sctp'],
  ])('refuses %s=%s with 2 and names the option', async (option, value) => {
    expect(await run('call', '1001', `${option}=${value}`)).toBe(2);
    expect(printed).toContain(option);
    expect(told).toEqual([]);
  });
});

describe('sipsiren', () => {
  it.each([[['--loudly']], [['start', '--loudly']], [['sing']], [['call']], [[]]])(
    'refuses %j with 2 and points to the help',
    async (args) => {
      expect(await run(...args)).toBe(2);
      expect(printed).toMatch(/--help|Usage: sipsiren/);
    },
  );

  it('lets a failure that is none of the command line pass', async () => {
    const failing = () => Promise.reject(new Error('out of order'));
    await expect(
      runProgram(['node', 'sipsiren', 'check'], {
        start: failing,
        check: failing,
        reset: failing,
        call: failing,
      }),
    ).rejects.toThrow('out of order');
  });
});
