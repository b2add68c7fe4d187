import { join } from 'node:path';
import type { Clock } from './base/clock.js';
import { Disposer } from './base/disposer.js';
import { messageOf, SipsirenError } from './base/errors.js';
import type { Log } from './base/log.js';
import { VERSION } from './base/version.js';
import { AccessGuard } from './calls/access-list-guard.js';
import { Announcements } from './calls/announcements.js';
import type { Calls } from './calls/calls.js';
import { DtmfSequences } from './calls/dtmf-sequences.js';
import { SourceGuard } from './calls/source-guard/source-guard.js';
import type { ConfigStore } from './config/config-store.js';
import { Control } from './control/control.js';
import { createCalls } from './device/calls-of-device.js';
import { CallerFeedback } from './device/caller-feedback.js';
import { ConfigurationFollower } from './device/configuration-follower.js';
import { type ConfigurationOptions, openConfiguration } from './device/device-configuration.js';
import { isGone } from './device/is-gone.js';
import { restingStates } from './device/resting-states.js';
import { soundsToKeep } from './device/sounds-to-keep.js';
import { soundOutcomes } from './device/sound-outcomes.js';
import { InputRooms } from './device/input-rooms.js';
import { followPagingCalls } from './device/paging-calls.js';
import { intentPerformer } from './device/intent-performer.js';
import { createRecipients } from './device/recipients-of-device.js';
import { LastingFile } from './device/lasting-file.js';
import { reachesItself } from './recipients/reaches-itself.js';
import { serialNumberOf } from './control/serial-number.js';
import type { DeviceDocument } from './control/services.js';
import type { OutputStateEvent } from './events/device-event.js';
import { EventBus } from './events/event-bus.js';
import { InputMemory } from './inputs/input-memory.js';
import { HomeAssistant } from './mqtt/home-assistant/home-assistant.js';
import { Mqtt } from './mqtt/mqtt.js';
import { VirtualOutput } from './outputs/drivers/index.js';
import type { FlashLimit } from './outputs/flash-limiter.js';
import { OutputRunner, type OutputStatus } from './outputs/output-runner.js';
import type { Recipients } from './recipients/recipients.js';
import { actionOfOwner } from './rules/action-owner.js';
import { Rules } from './rules/rules.js';
import { CertificateStore } from './security/certificate-store.js';
import { SystemDns } from './sip/resolver/system-dns.js';
import { Alarms } from './siren/alarms.js';
import { HealthCheck } from './siren/health-check.js';
import { SirenMemory } from './siren/siren-memory.js';
import { Paging } from './siren/paging.js';
import { Siren } from './siren/siren.js';
import { type SirenSound, Sounds } from './sounds/sounds.js';
import { FolderLock } from './store/folder-lock.js';

export interface DeviceOptions extends ConfigurationOptions {
  /** The page and the API; none leaves them out. */
  readonly http?: { readonly address: string; readonly port: number; readonly webRoot: string };
}

/**
 * The composition root: builds every room, connects them along the line from call to lamp, starts and stops
 * them in order. docs/closures.md says who closes what.
 */
export class Device {
  readonly config: ConfigStore<DeviceDocument>;
  readonly bus: EventBus;
  readonly siren: Siren;
  readonly paging: Paging;
  readonly sounds: Sounds;
  readonly alarms: Alarms;
  readonly health: HealthCheck;
  readonly rules: Rules;
  readonly inputs: InputRooms;
  readonly access: AccessGuard;
  readonly guard: SourceGuard;
  readonly dtmf: DtmfSequences;
  readonly announcements: Announcements;
  readonly calls: Calls;
  readonly callers: CallerFeedback;
  readonly mqtt: Mqtt;
  readonly recipients: Recipients;
  readonly homeAssistant: HomeAssistant;
  readonly output: VirtualOutput;
  readonly outputs: OutputRunner;
  readonly control: Control;
  /** Where the page is; none where it was left out. */
  page: { readonly address: string; readonly port: number } | undefined;
  readonly #options: DeviceOptions;
  readonly #log: Log;
  readonly #flashLimit: FlashLimit;
  readonly #memory: SirenMemory;
  readonly #closing = new Disposer();

  /** Builds and starts a device. When something cannot start, all is closed again and the reason thrown. */
  static async start(options: DeviceOptions): Promise<Device> {
    const lock = await lockFolder(options);
    const opened = await openFiles(options).catch(async (error: unknown) => {
      await lock?.release();
      throw error;
    });
    const device = new Device(options, { lock, ...opened });
    try {
      await device.#start();
      return device;
    } catch (error) {
      await device.close();
      throw error;
    }
  }

  private constructor(
    options: DeviceOptions,
    {
      lock,
      config,
      memory,
      alarms,
      lasting,
      inputs,
    }: DeviceFiles & { readonly lock: FolderLock | undefined },
  ) {
    const { clock, log } = options;
    this.#options = options;
    this.#log = log.room('device');
    this.#closing.add(() => lock?.release());
    this.config = config;
    this.#closing.add(() => config.close());
    this.bus = new EventBus({ clock, log });
    this.alarms = alarms;
    this.mqtt = new Mqtt({
      clock,
      log,
      bus: this.bus,
      settings: config.get('mqtt'),
      certificates: new CertificateStore(config.get('certificates')),
      serialNumber: serialNumberOf(config.get('certificates')),
      isGone: (event) => isGone(event, config.document),
    });
    this.#closing.add(() => this.mqtt.close());
    this.#closing.add(() => this.homeAssistant.close());
    this.output = new VirtualOutput({ clock, log });
    this.#flashLimit = { perSecond: config.get('light').maxFlashesPerSecond };
    this.outputs = new OutputRunner({
      clock,
      log,
      drivers: [this.output],
      mqtt: this.mqtt,
      flashLimit: this.#flashLimit,
      onState: (status) => this.bus.publish(outputEvent(status)),
      onShown: ({ id, name, kind }, show) => {
        alarms.shown({ output: id, name, kind }, show);
      },
    });
    this.#closing.add(() => this.outputs.close());
    this.outputs.apply(config.get('outputs'));
    this.sounds = new Sounds({ folder: options.folder, clock, log });
    this.#closing.add(() => this.sounds.close());
    const soundOf = (siren: SirenSound) => this.sounds.ofSiren(siren);
    this.siren = new Siren({ clock, log, bus: this.bus, profiles: config.get('profiles'), soundOf });
    this.siren.onShow((show) => this.outputs.show(show));
    this.#closing.add(() => this.siren.close());
    this.paging = new Paging({
      clock,
      bus: this.bus,
      takeId: () => this.siren.takeId(),
      sirenPriority: () => this.siren.activities.siren[0]?.priority,
      show: (page) => this.outputs.page(page),
    });
    this.#closing.add(() => this.paging.close());
    this.#memory = memory;
    this.#closing.add(() => memory.close());
    this.#closing.add(() => alarms.close());
    this.health = new HealthCheck({
      folder: options.folder,
      siren: this.siren,
      outputs: this.outputs,
      bus: this.bus,
      clock,
      log,
      settings: config.get('healthCheck'),
      more: () => soundOutcomes(config.get('profiles'), this.sounds),
    });
    this.#closing.add(() => this.health.close());
    this.recipients = createRecipients({
      ...options,
      config,
      bus: this.bus,
      calls: { place: (wish) => this.calls.place(wish), end: (id) => this.calls.end(id) },
    });
    // After calls and rules: what ends with the device is told when it runs again.
    this.#closing.add(() => this.recipients.close());
    this.rules = new Rules({
      clock,
      log: log.room('rules'),
      bus: this.bus,
      rules: config.get('rules'),
      perform: intentPerformer(this, log.room('rules')),
      device: () => config.get('device'),
      comesBack: (recipient) => reachesItself(config.get('recipients'), recipient),
      memory: lasting,
      waits: true,
    });
    this.#closing.add(() => lasting.close());
    this.#closing.add(() => this.rules.close());
    const { folder } = options;
    this.inputs = new InputRooms({ folder, bus: this.bus, clock, log, config, memory: inputs });
    this.#closing.add(() => this.inputs.close());
    this.access = new AccessGuard({
      settings: config.get('accessList'),
      dns: new SystemDns(),
      clock,
      log: log.room('calls'),
    });
    this.#closing.add(() => this.access.close());
    this.guard = new SourceGuard({
      settings: config.get('sourceGuard'),
      clock,
      log: log.room('calls'),
      publish: (event) => this.bus.publish(event),
    });
    this.#closing.add(() => this.guard.close());
    this.dtmf = new DtmfSequences(config.get('dtmf'));
    this.announcements = new Announcements(join(options.folder, 'announcements'));
    this.calls = createCalls({ ...options, parts: this });
    this.#closing.add(() => this.calls.close());
    // Never ended: it hears the ends of the calls, which close first.
    followPagingCalls(this, () => config.get('accounts'));
    const { calls, siren, sounds } = this;
    this.callers = new CallerFeedback({
      bus: this.bus,
      calls,
      siren,
      alarms,
      sounds,
      log: log.room('device'),
    });
    this.#closing.add(() => this.callers.close());
    this.#closing.add(() => this.recipients.stop());
    this.control = new Control({ services: { ...this.#services(), system: systemInfo(clock) } });
    const { mqtt, control, bus } = this;
    this.homeAssistant = new HomeAssistant({ mqtt, control, bus, config, log });
  }

  /** Ends calls and activities and closes everything, newest first. Idempotent. */
  async close(): Promise<void> {
    this.bus.publish({ type: 'system', state: 'stopping' });
    await this.#closing.close();
  }

  async #start(): Promise<void> {
    await this.sounds.open(soundsToKeep(this.config.document));
    this.#bringBack();
    await this.calls.start().catch((error: unknown) => {
      throw withSettingName(error, this.config.get('sip').port);
    });
    await this.#startPage();
    const follower = new ConfigurationFollower(this, { flashLimit: this.#flashLimit, log: this.#log });
    this.#closing.add(() => follower.close());
    await this.inputs.start();
    await this.health.open();
    this.rules.begin();
    this.mqtt.start(restingStates(this.config.document));
    this.bus.publish({ type: 'system', state: 'ready' });
  }

  /** What ran before a restart runs again, before anything else is done; a new device begins in maintenance mode. */
  #bringBack(): void {
    const { siren, bus, config } = this;
    const count = siren.restore(this.#memory.past);
    if (count > 0) this.#log.warn('activities of before the restart go on', { count });
    if (config.origin === 'new' && !this.#memory.hasPast && !this.#options.demo) {
      siren.startOwn('maintenance', { cause: 'the first start of the device' });
    }
    this.#memory.follow({
      siren,
      bus,
      comesBack: (owner) => {
        // Whoever holds an activity only for as long as a rule is active, as long as a call lasts, begins anew or
        // not at all: nobody would end it. What a rule or a person has started is theirs to stop.
        const action = actionOfOwner(config.get('rules'), owner);
        return action === undefined
          ? !owner.startsWith('rule:')
          : action.kind === 'siren.profile' && action.run === 'start';
      },
    });
    this.alarms.follow({ siren, bus });
  }

  async #startPage(): Promise<void> {
    const { http, clock, log } = this.#options;
    if (!http) return;
    // Loaded only now: a caller need not wait for the page, whose libraries take a fifth of the time to start.
    const { HttpServer } = await import('./http/http-server.js');
    const server = new HttpServer({
      ...http,
      control: this.control,
      bus: this.bus,
      output: this.output,
      upgrade: (request, socket, head) => this.calls.acceptWebSocket({ request, socket, head }),
      clock,
      log,
    });
    this.#closing.add(() => server.close());
    this.page = await server.start();
  }

  #services() {
    const { config, siren, alarms, health, rules, calls, access, guard } = this;
    const { announcements, sounds, output, outputs, mqtt, recipients, inputs, paging } = this;
    return {
      ...{ config, siren, alarms, health, rules, calls, access, guard },
      ...{ announcements, sounds, output, outputs, mqtt, recipients, inputs, paging },
    };
  }
}

/** What a device keeps on the disk and must know before anything starts. */
interface DeviceFiles {
  readonly config: ConfigStore<DeviceDocument>;
  readonly memory: SirenMemory;
  readonly alarms: Alarms;
  readonly lasting: LastingFile;
  readonly inputs: InputMemory;
}

async function openFiles(options: DeviceOptions): Promise<DeviceFiles> {
  return {
    config: await openConfiguration(options),
    memory: await SirenMemory.open(options),
    alarms: await Alarms.open(options),
    lasting: await LastingFile.open(options),
    inputs: await InputMemory.open(options),
  };
}

/** Throws FOLDER_IN_USE. A disk that takes no file keeps no siren from starting. */
async function lockFolder({ folder, log }: DeviceOptions): Promise<FolderLock | undefined> {
  try {
    return await FolderLock.take(folder);
  } catch (error) {
    if (error instanceof SipsirenError && error.code === 'FOLDER_IN_USE') throw error;
    log.room('device').warn('the data folder could not be marked as in use', { error: messageOf(error) });
    return undefined;
  }
}

/** What the bus reports of an output. */
function outputEvent({ id, ...status }: OutputStatus): OutputStateEvent {
  return { type: 'output.state', output: id, ...status };
}

function systemInfo(clock: Clock) {
  const startedAt = clock.wallTime();
  return {
    now: () => clock.wallTime(),
    info: () => ({
      version: VERSION,
      startedAt,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    }),
  };
}

/** A port that is taken is the person's to change: says which setting does. */
function withSettingName(error: unknown, port: number): unknown {
  if (!(error instanceof SipsirenError) || error.code !== 'ADDRESS_IN_USE') return error;
  return new SipsirenError(
    'ADDRESS_IN_USE',
    `The SIP port ${port} is taken by another program. Choose another with --sip-port N, or the setting SIP port.`,
    { cause: error, path: 'sip.port' },
  );
}
