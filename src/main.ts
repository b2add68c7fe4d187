#!/usr/bin/env node
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { messageOf } from './base/errors.js';
import { SystemClock } from './base/system-clock.js';
import { VERSION } from './base/version.js';
import { runTestCall } from './cli/call.js';
import { checkFolder } from './cli/check.js';
import { greeting } from './cli/greeting.js';
import { resetFolder } from './cli/reset.js';
import { runProgram, type StartArguments } from './cli/program.js';
import { Device } from './device.js';
import { createLog } from './logs/create-log.js';

const print = (line: string) => console.log(line);

process.exitCode = await runProgram(process.argv, {
  start,
  check: (folder) => checkFolder(folder, print),
  reset: async ({ data, keepNetwork }) => {
    const clock = new SystemClock();
    const log = createLog({ level: 'error', pretty: true, clock });
    return resetFolder({ folder: data, keepsNetwork: keepNetwork, clock, log }, print).finally(() => {
      log.close();
    });
  },
  call: (args) => runTestCall(args, { print, onInterrupt: (hangUp) => process.once('SIGINT', hangUp) }),
});

async function start(args: StartArguments): Promise<number> {
  // From the first moment on, so that whoever stops it early finds everything closed as well.
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const clock = new SystemClock();
  const log = createLog({ level: args.logLevel, pretty: process.stdout.isTTY || args.demo, clock });
  try {
    const device = await Device.start({
      folder: args.data,
      clock,
      log,
      demo: args.demo,
      sip: {
        ...(args.sipPort === undefined ? {} : { port: args.sipPort }),
        ...(args.tlsPort === undefined ? {} : { tlsPort: args.tlsPort }),
        ...(args.sipAddress === undefined ? {} : { addresses: [...args.sipAddress] }),
        ...(args.rtpStartPort === undefined ? {} : { rtpStartPort: args.rtpStartPort }),
      },
      http: {
        address: args.httpAddress,
        port: args.httpPort,
        webRoot: fileURLToPath(new URL('./web', import.meta.url)),
      },
    });
    for (const line of greetingOf(device)) print(line);
    await stopped;
    await device.close();
    return 0;
  } catch (error) {
    console.error(`sipsiren did not start: ${messageOf(error)}`);
    return 1;
  } finally {
    log.close();
  }
}

function greetingOf(device: Device): string[] {
  const sip = device.config.get('sip');
  return greeting({
    version: VERSION,
    page: device.page,
    listening: device.calls.listening,
    takesCalls: sip.enabled && sip.allowIncomingCalls,
    rules: device.config.get('rules'),
    isInMaintenance: device.siren.own('maintenance') !== undefined,
  });
}
