import type { Clock } from '../base/clock.js';
import { Disposer } from '../base/disposer.js';
import type { Log } from '../base/log.js';
import type { ConfigStore } from '../config/config-store.js';
import type { DeviceDocument } from '../control/services.js';
import type { EventBus } from '../events/event-bus.js';
import { Heartbeats } from '../inputs/heartbeats.js';
import type { InputMemory } from '../inputs/input-memory.js';
import { IoPorts } from '../inputs/io-ports.js';
import { ManualTriggers } from '../inputs/manual-triggers.js';
import { VirtualInputs } from '../inputs/virtual-inputs.js';
import { timeZoneOf } from '../rules/device-settings.js';
import { type PlannedSettings, Schedules } from '../schedules/schedules.js';
import { factsOf } from '../security/certificate-facts.js';
import { type Machine, THIS_MACHINE } from '../system/machine.js';
import { SystemWatch } from '../system/system-watch.js';

interface InputRoomsOptions {
  readonly folder: string;
  readonly bus: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: ConfigStore<DeviceDocument>;
  readonly memory: InputMemory;
  /** Default: the one that we run on. */
  readonly machine?: Machine;
}

/** What tells the device something beside calls: inputs, schedules, and the machine that it runs on. */
export class InputRooms {
  readonly virtualInputs: VirtualInputs;
  readonly manualTriggers: ManualTriggers;
  readonly heartbeats: Heartbeats;
  readonly ioPorts: IoPorts;
  readonly schedules: Schedules;
  readonly systemWatch: SystemWatch;
  readonly #closing = new Disposer();

  constructor({ folder, bus, clock, log, config, memory, machine = THIS_MACHINE }: InputRoomsOptions) {
    this.virtualInputs = new VirtualInputs({ bus, clock, settings: config.get('virtualInputs'), memory });
    this.manualTriggers = new ManualTriggers({ bus, triggers: config.get('manualTriggers') });
    this.heartbeats = new Heartbeats({ bus, clock, heartbeats: config.get('heartbeats') });
    this.ioPorts = new IoPorts({ bus, clock, log, ports: config.get('ioPorts') });
    const { schedules, holidays, device } = pickPlanned(config);
    this.schedules = new Schedules({ bus, clock, log, ...planned({ schedules, holidays, device }) });
    this.systemWatch = new SystemWatch({
      bus,
      clock,
      log,
      machine,
      folder,
      settings: config.get('systemWatch'),
      certificates: () => config.get('certificates').map((one) => factsOf(one)),
    });
    this.#closing.add(() => this.virtualInputs.close());
    this.#closing.add(() => {
      this.heartbeats.close();
    });
    this.#closing.add(() => this.ioPorts.close());
    this.#closing.add(() => {
      this.schedules.close();
    });
    this.#closing.add(() => this.systemWatch.close());
  }

  /** Reports how everything is, and follows it from now on. */
  async start(): Promise<void> {
    this.virtualInputs.start();
    this.manualTriggers.start();
    this.ioPorts.start();
    this.schedules.start();
    this.heartbeats.start();
    await this.systemWatch.start();
  }

  /** Takes a change of the configuration over. */
  follow(sections: readonly string[], next: DeviceDocument): void {
    const concerns = (...names: (keyof DeviceDocument)[]): boolean =>
      names.some((name) => sections.includes(name));
    if (concerns('virtualInputs')) this.virtualInputs.apply(next.virtualInputs);
    if (concerns('manualTriggers')) this.manualTriggers.apply(next.manualTriggers);
    if (concerns('heartbeats')) this.heartbeats.apply(next.heartbeats);
    if (concerns('ioPorts')) this.ioPorts.apply(next.ioPorts);
    if (concerns('schedules', 'holidays', 'device')) this.schedules.apply(planned(next));
    if (concerns('systemWatch', 'certificates')) this.systemWatch.apply(next.systemWatch);
  }

  /** Leaves every output as it is normally. Idempotent. */
  close(): Promise<void> {
    return this.#closing.close();
  }
}

type Planned = Pick<DeviceDocument, 'schedules' | 'holidays' | 'device'>;

function pickPlanned(config: ConfigStore<DeviceDocument>): Planned {
  return {
    schedules: config.get('schedules'),
    holidays: config.get('holidays'),
    device: config.get('device'),
  };
}

function planned({ schedules, holidays, device }: Planned): PlannedSettings {
  return { schedules, holidays, timeZone: timeZoneOf(device) };
}
