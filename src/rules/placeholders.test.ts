import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { AccountId, CallId, DtmfSequenceId, RuleId } from '../base/ids.js';
import type { DeviceEvent } from '../events/device-event.js';
import { EVENT_EXAMPLES } from './event-examples.js';
import type { IntentCause } from './intent-cause.js';
import {
  fillAddress,
  fillPlaceholders,
  PLACEHOLDERS,
  templateText,
  type Placeholder,
} from './placeholders.js';

const AT = Date.parse('2026-12-06T02:00:00Z');
const device = { name: 'Gate 3', timeZone: 'Europe/Berlin' };

const causeOf = (event?: DeviceEvent): IntentCause => ({
  rule: 'r1' as RuleId,
  name: 'Night "watch"',
  text: 'rule "Night watch"',
  at: AT,
  ...(event && { eventSequence: 7, published: { sequence: 7, at: AT, event, depth: 0 } }),
});

const call: DeviceEvent = {
  type: 'call.state',
  callId: 'In-1' as CallId,
  direction: 'Incoming',
  account: 'office' as AccountId,
  localUri: 'sip:1003@192.168.0.90',
  remoteUri: 'sip:guard@192.168.0.5',
  state: 'Active',
};

/** What events have only where there is such a thing. */
const OPTIONAL: Readonly<Partial<Record<DeviceEvent['type'], object>>> = {
  'call.state': { displayName: 'Guard room' },
  'call.stateChange': { displayName: 'Guard room', detail: 'x' },
  'call.dtmf': { displayName: 'Guard room' },
  'call.dtmfSequence': { displayName: 'Guard room' },
  'message.received': { displayName: 'Guard room', callId: 'In-17' },
  'account.registration': { reason: 'x' },
  'mqtt.connection': { error: 'x' },
  activity: { profile: 'Evacuation' },
  alarm: { by: 'Anna', note: 'x', output: 'roof' },
  'output.state': { error: 'x' },
  'recipient.state': { error: 'x' },
  'input.digital': { error: 'x' },
};

const valueOf = (placeholder: Placeholder, event?: DeviceEvent) =>
  placeholder.value({ cause: causeOf(event), device });

const fill = (template: string, event?: DeviceEvent) =>
  fillPlaceholders(template, { cause: causeOf(event), device });

describe('A text of a rule', () => {
  it('tells of the call, the rule, the device and the time', () => {
    expect(
      fill('{{caller}} called {{extension}} ({{state}}, {{account}}, {{direction}}) at {{device}}', call),
    ).toBe('guard called 1003 (Active, office, Incoming) at Gate 3');
    expect(fill('{{rule}} {{ruleId}} {{event}} {{eventNumber}} {{callId}}', call)).toBe(
      'Night "watch" r1 call.state 7 In-1',
    );
    expect(fill('{{time}} {{utcTime}} {{localTime}} {{date}} {{weekday}} {{timestamp}}', call)).toBe(
      `2026-12-06T03:00:00+01:00 2026-12-06T02:00:00.000Z 03:00:00 2026-12-06 Sunday ${AT}`,
    );
  });

  it('knows who called whom in a call of ours too', () => {
    expect(
      fill('{{caller}} {{extension}} {{remoteUser}} {{localUser}}', { ...call, direction: 'Outgoing' }),
    ).toBe('1003 guard guard 1003');
  });

  it('stays empty where there is nothing to tell', () => {
    expect(fill('[{{caller}}{{digits}}{{topic}}{{eventNumber}}]')).toBe('[]');
    expect(fill('[{{payload}}]', call)).toBe('[]');
  });

  it('takes fields of events by their name', () => {
    const dialled: DeviceEvent = {
      ...call,
      type: 'call.dtmfSequence',
      sequence: '*9#',
      sequenceId: 's1' as DtmfSequenceId,
      description: '',
    };
    expect(fill('{{digits}} of {{sequence}}', dialled)).toBe('*9# of s1');
  });

  it('escapes for where it goes', () => {
    const source = { cause: causeOf(), device };
    expect(fillPlaceholders('{"rule":"{{rule}}"}', source, 'json')).toBe('{"rule":"Night \\"watch\\""}');
    expect(fillPlaceholders('?rule={{rule}}', source, 'url')).toBe('?rule=Night%20%22watch%22');
  });

  it('is only a user within a SIP address, unless the address comes from the event', () => {
    const evil = { cause: { ...causeOf(), name: 'x@evil.example;a=', at: 0 }, device };
    expect(fillAddress(' sip:{{rule}}@pbx', evil)).toBe('sip:x%40evil.example%3Ba=@pbx');
    expect(fillAddress('{{rule}}', evil)).toBe('x@evil.example;a=');
  });

  it('tells what is on and off, and lists', () => {
    expect(fill('{{state}} {{id}}', { type: 'schedule', schedule: 'night', name: '', active: true })).toBe(
      'active night',
    );
    const failed = ['roof', 'hall'];
    expect(fill('{{failed}}', { type: 'healthCheck', state: 'failed', silent: true, failed })).toBe(
      'roof, hall',
    );
  });

  it('is cut where a value has no end, without breaking a character', () => {
    const remoteUri = `sip:${'😀'.repeat(5_000)}@host`;
    const filled = fill('x{{remoteUri}}', { ...call, remoteUri });
    expect(filled.length).toBeLessThanOrEqual(4_097);
    expect(filled).not.toMatch(/\p{Surrogate}/u);
  });

  it('keeps winter and summer time apart', () => {
    const cause = { ...causeOf(), at: Date.parse('2026-07-01T12:00:00Z') };
    expect(fillPlaceholders('{{time}}', { cause, device })).toBe('2026-07-01T14:00:00+02:00');
    expect(fillPlaceholders('{{time}}', { cause, device: { ...device, timeZone: 'UTC' } })).toBe(
      '2026-07-01T12:00:00+00:00',
    );
  });
});

describe('A field for text', () => {
  it('refuses names that mean nothing, and says which there are', () => {
    const [issue] = templateText(100).safeParse('Hello {{callr}}').error?.issues ?? [];
    expect(issue?.message).toBe('names the placeholder {{callr}}, which does not exist');
    expect((issue as { params?: { accepted?: string } }).params?.accepted).toContain('{{caller}}');
    expect(templateText(100).safeParse('Hello {{ caller }}').success).toBe(true);
    expect(templateText(5).safeParse('too long').success).toBe(false);
  });

  it('has for every event values that docs/rules.md tells of', () => {
    const text =
      readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8').split('these have a value:')[1] ??
      '';
    const [table = ''] = text.split('`GET ');
    const told = new Map(
      [...table.matchAll(/^\| `([\w.]+)` +\| (`\w+`(?:, `\w+`)*) +\|$/gm)].map((row) => [row[1], row[2]]),
    );
    const always = new Set(PLACEHOLDERS.filter((one) => valueOf(one) !== '').map(({ name }) => name));
    for (const name of ['event', 'eventNumber']) always.add(name);
    for (const example of Object.values(EVENT_EXAMPLES)) {
      const event = { ...example, ...OPTIONAL[example.type] };
      const filled = PLACEHOLDERS.filter((one) => !always.has(one.name) && valueOf(one, event) !== '');
      expect([event.type, told.get(event.type)]).toEqual([
        event.type,
        filled.map(({ name }) => `\`${name}\``).join(', ') || undefined,
      ]);
    }
  });

  it('has names that docs/rules.md tells of, with what each stands for', () => {
    const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `\{\{(\w+)\}\}` +\| (.+?) +\| `(.*?)` +\|$/gm)];
    expect(rows.map(([, name, description, example]) => ({ name, description, example }))).toEqual(
      PLACEHOLDERS.map(({ name, description, example }) => ({ name, description, example })),
    );
  });
});
