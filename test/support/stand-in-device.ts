import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/base/clock.js';
import { InputRooms } from '../../src/device/input-rooms.js';
import { intentPerformer } from '../../src/device/intent-performer.js';
import { SipsirenError } from '../../src/base/errors.js';
import type { AccountId, CallId } from '../../src/base/ids.js';
import { silentLog } from '../../src/base/log.js';
import { AccessList } from '../../src/calls/access-list.js';
import { Announcements } from '../../src/calls/announcements.js';
import type { CallStatus } from '../../src/calls/call-status.js';
import type { LampSubscription } from '../../src/calls/lamps/lamps.js';
import type { MessageStatus } from '../../src/calls/messages/message-list.js';
import type { SendMessageOptions, SentMessage } from '../../src/calls/messages/outgoing-messages.js';
import type { RegistrationReport } from '../../src/calls/signaling.js';
import type { SipSettings } from '../../src/calls/sip-settings.js';
import type { TestCallReport } from '../../src/calls/test-call-report.js';
import { ConfigStore } from '../../src/config/config-store.js';
import { Control } from '../../src/control/control.js';
import { DEVICE_SECTIONS } from '../../src/control/device-sections.js';
import { DOCUMENT_CHECKS } from '../../src/control/document-checks.js';
import type { CallsService, Services } from '../../src/control/services.js';
import type { CallState, CallStateChangeReason } from '../../src/events/device-event.js';
import { EventBus } from '../../src/events/event-bus.js';
import { Mqtt } from '../../src/mqtt/mqtt.js';
import { InputMemory } from '../../src/inputs/input-memory.js';
import { VirtualOutput } from '../../src/outputs/drivers/virtual.js';
import { OutputRunner } from '../../src/outputs/output-runner.js';
import { DEMO_RULES } from '../../src/rules/demo-rules.js';
import { createRecipients } from '../../src/device/recipients-of-device.js';
import type { Recipients } from '../../src/recipients/recipients.js';
import { Rules } from '../../src/rules/rules.js';
import { Alarms } from '../../src/siren/alarms.js';
import { DEMO_PROFILES } from '../../src/siren/demo-profiles.js';
import { CertificateStore } from '../../src/security/certificate-store.js';
import { HealthCheck } from '../../src/siren/health-check.js';
import { Paging } from '../../src/siren/paging.js';
import { Sounds } from '../../src/sounds/sounds.js';
import { Siren } from '../../src/siren/siren.js';
import { QUIET_MACHINE } from './quiet-machine.js';

type AccessService = Services['access'];

/** Calls without a network: a test says what the peer does. Only this part of the stand-in is not the real one. */
export class ScriptedCalls implements CallsService {
  readonly listening = [{ protocol: 'udp', address: '127.0.0.1', port: 5060 }];
  readonly registrations = new Map<AccountId, RegistrationReport>();
  readonly answered: CallId[] = [];
  readonly refreshed: AccountId[] = [];
  /** The keys sent, call by call. */
  readonly sent: [CallId, string][] = [];
  /** Settings taken over, newest last. */
  readonly applied: SipSettings[] = [];
  /** Why settings are refused. */
  refusal: SipsirenError | undefined;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #calls = new Map<CallId, CallStatus>();
  #count = 0;

  constructor(bus: EventBus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  list(): readonly CallStatus[] {
    return [...this.#calls.values()].filter((call) => call.state !== 'Idle');
  }

  history(): readonly CallStatus[] {
    return [...this.#calls.values()].filter((call) => call.state === 'Idle').reverse();
  }

  sendDtmf(id: CallId, digits: string): Promise<void> {
    this.sent.push([id, digits]);
    return Promise.resolve();
  }

  applySettings(next: SipSettings): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.applied.push(next);
    return Promise.resolve();
  }

  refreshRegistration(account: AccountId): void {
    this.refreshed.push(account);
  }

  registrationOf(account: AccountId): RegistrationReport {
    return this.registrations.get(account) ?? { state: 'unregistered' };
  }

  place({ to }: { readonly to: string }): Promise<CallId> {
    return Promise.resolve(this.#add('Outgoing', to, 'sip:siren@127.0.0.1', 'Calling', 'Initiated'));
  }

  record(): Promise<never> {
    return Promise.reject(new Error('nothing is heard of a scripted call'));
  }

  sendMessage({ to, text }: SendMessageOptions): Promise<SentMessage> {
    const account = 'peer-to-peer' as AccountId;
    const localUri = 'sip:siren@127.0.0.1';
    const sent = { messageId: 'message-1', account, localUri, remoteUri: to, text } as const;
    return Promise.resolve({ ...sent, outcome: 'delivered', status: 200, reason: 'OK' });
  }

  lamps(): readonly LampSubscription[] {
    return [];
  }

  messages(): readonly MessageStatus[] {
    return [];
  }

  testCall({ to }: { readonly to: string }): Promise<TestCallReport> {
    return Promise.resolve({
      ok: true,
      summary: 'scripted',
      account: 'peer-to-peer',
      from: '',
      to,
      steps: [],
    });
  }

  answer(id: CallId): void {
    this.answered.push(id);
    this.change(id, 'Active', 'AcceptedByDevice');
  }

  end(id: CallId): void {
    if (!this.#calls.has(id)) throw new SipsirenError('NOT_FOUND', `There is no call ${id}.`);
    this.change(id, 'Idle', 'Terminated');
  }

  /** A peer calls and is answered at once. */
  arrive(extension: string, from = 'sip:guard@10.0.0.5'): CallId {
    const id = this.#add('Incoming', from, `sip:${extension}@127.0.0.1`, 'Calling', undefined);
    this.change(id, 'Active', 'AcceptedByDevice');
    return id;
  }

  change(id: CallId, state: CallState, reason: CallStateChangeReason, detail?: string): void {
    const call = this.#calls.get(id);
    if (!call) return;
    const now = this.#clock.wallTime();
    this.#calls.set(id, {
      ...call,
      state,
      reason,
      ...(detail !== undefined && { detail }),
      ...(state === 'Active' && { answeredAt: now }),
      ...(state === 'Idle' && { endedAt: now }),
    });
    const { callId, direction, account, localUri, remoteUri } = call;
    const identity = { callId, direction, account, localUri, remoteUri };
    this.#bus.publish({
      type: 'call.stateChange',
      reason,
      ...identity,
      ...(detail !== undefined && { detail }),
    });
    this.#bus.publish({ type: 'call.state', state, ...identity });
  }

  #add(
    direction: CallStatus['direction'],
    remoteUri: string,
    localUri: string,
    state: CallState,
    reason: CallStateChangeReason | undefined,
  ): CallId {
    const callId = `call-${++this.#count}` as CallId;
    const account = 'peer-to-peer' as AccountId;
    const startedAt = this.#clock.wallTime();
    const call = {
      callId,
      direction,
      account,
      localUri,
      remoteUri,
      state,
      startedAt,
      digits: '',
      held: false,
    };
    this.#calls.set(callId, { ...call, ...(reason && { reason }) });
    return callId;
  }
}

/** A device on a temporary data folder with everything but the network: what control and the page act on. */
export class StandInDevice {
  readonly folder: string;
  readonly bus: EventBus;
  readonly config: Awaited<ReturnType<typeof openConfig>>;
  readonly output: VirtualOutput;
  readonly siren: Siren;
  readonly callers = { started: () => undefined };
  readonly alarms: Alarms;
  readonly health: HealthCheck;
  readonly mqtt: Mqtt;
  readonly rules: Rules;
  readonly inputs: InputRooms;
  readonly calls: ScriptedCalls;
  readonly control: Control;
  readonly recipients: Recipients;
  readonly sounds: Sounds;
  readonly #runner: OutputRunner;

  static async start(clock: Clock): Promise<StandInDevice> {
    const folder = await mkdtemp(join(tmpdir(), 'sipsiren-'));
    const alarms = await Alarms.open({ folder, clock, log: silentLog });
    const inputs = await InputMemory.open({ folder, clock, log: silentLog });
    return new StandInDevice(folder, clock, await openConfig(folder, clock), { alarms, inputs });
  }

  private constructor(
    folder: string,
    clock: Clock,
    config: Awaited<ReturnType<typeof openConfig>>,
    { alarms, inputs }: { readonly alarms: Alarms; readonly inputs: InputMemory },
  ) {
    const log = silentLog;
    this.folder = folder;
    this.config = config;
    this.bus = new EventBus({ clock, log });
    this.output = new VirtualOutput({ clock, log });
    this.alarms = alarms;
    this.#runner = new OutputRunner({
      clock,
      log,
      drivers: [this.output],
      onShown: ({ id, name, kind }, show) => {
        alarms.shown({ output: id, name, kind }, show);
      },
    });
    this.siren = new Siren({ clock, log, bus: this.bus, profiles: config.get('profiles') });
    this.siren.onShow((show) => this.#runner.show(show));
    this.health = new HealthCheck({
      folder,
      siren: this.siren,
      outputs: this.#runner,
      bus: this.bus,
      clock,
      log,
      settings: config.get('healthCheck'),
    });
    this.mqtt = new Mqtt({
      clock,
      log,
      bus: this.bus,
      settings: config.get('mqtt'),
      certificates: new CertificateStore([]),
      serialNumber: '0123456789AB',
    });
    this.sounds = new Sounds({ folder, clock, log });
    this.rules = new Rules({
      bus: this.bus,
      clock,
      log,
      rules: config.get('rules'),
      perform: intentPerformer(this, silentLog),
    });
    const { bus } = this;
    this.inputs = new InputRooms({ folder, bus, clock, log, config, memory: inputs, machine: QUIET_MACHINE });
    this.calls = new ScriptedCalls(this.bus, clock);
    this.recipients = createRecipients({ folder, clock, log, bus: this.bus, calls: this.calls, config });
    const system = {
      now: () => clock.wallTime(),
      info: () => ({ version: '0.0.0', startedAt: 0, node: 'v20', platform: 'test' }),
    };
    alarms.follow({ siren: this.siren, bus: this.bus });
    const { siren, health, rules, calls, output, recipients, sounds } = this;
    const access: AccessService = {
      decide: (facts) => new AccessList(config.get('accessList')).decide(facts),
    };
    const announcements = new Announcements(join(folder, 'announcements'));
    this.control = new Control({
      services: {
        config,
        siren,
        paging: new Paging({
          clock,
          bus: this.bus,
          takeId: () => siren.takeId(),
          sirenPriority: () => siren.activities.siren[0]?.priority,
          show: (page) => this.#runner.page(page),
        }),
        alarms,
        health,
        rules,
        inputs: this.inputs,
        calls,
        access,
        guard: { list: () => [], isExempt: () => false, release: () => false },
        announcements,
        sounds,
        output,
        outputs: this.#runner,
        mqtt: this.mqtt,
        recipients,
        system,
      },
    });
    config.onAnyChange(({ sections, next }) => {
      this.inputs.follow(sections, next);
      this.siren.setProfiles(next.profiles);
      this.#runner.apply(next.outputs);
      this.recipients.apply(next.recipients);
      this.rules.setRules(next.rules);
      this.bus.publish({ type: 'configuration', sections });
    });
  }

  async close(): Promise<void> {
    await this.inputs.close();
    this.rules.close();
    await this.recipients.close();
    await this.health.close();
    await this.alarms.close();
    this.siren.close();
    await this.#runner.close();
    await this.config.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function openConfig(folder: string, clock: Clock) {
  return ConfigStore.open({
    folder,
    sections: DEVICE_SECTIONS,
    checks: DOCUMENT_CHECKS,
    initial: { profiles: [...DEMO_PROFILES], rules: [...DEMO_RULES] },
    clock,
    log: silentLog,
  });
}
