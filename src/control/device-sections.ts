import { accessListSchema } from '../calls/access-list-settings.js';
import { type Account, PEER_TO_PEER_ACCOUNT, accountsSchema } from '../calls/account.js';
import { type Contact, contactsSchema } from '../calls/contacts.js';
import { dtmfSchema } from '../calls/dtmf-settings.js';
import { sipSettingsSchema } from '../calls/sip-settings.js';
import { sourceGuardSchema, type SourceGuardSettings } from '../calls/source-guard/source-guard-settings.js';
import { limitsSchema } from './limits-settings.js';
import { defineSection } from '../config/section.js';
import { heartbeatsSchema, type HeartbeatSettings } from '../inputs/heartbeat-settings.js';
import { type IoPort, ioPortsSchema } from '../inputs/io-port-settings.js';
import { type ManualTrigger, manualTriggersSchema } from '../inputs/manual-trigger-settings.js';
import { type VirtualInputSettings, virtualInputsSchema } from '../inputs/virtual-input-settings.js';
import { lightLimitsSchema } from '../outputs/light-limits.js';
import type { OutputSettings } from '../outputs/output-settings.js';
import { outputsSchema } from '../outputs/outputs-schema.js';
import { deviceSettingsSchema } from '../rules/device-settings.js';
import type { RecipientSettings } from '../recipients/recipient-settings.js';
import { recipientsSchema } from '../recipients/recipients-schema.js';
import { rulesSchema } from '../rules/rule.js';
import { type HolidayList, holidayListsSchema } from '../schedules/holidays.js';
import { type Schedule, schedulesSchema } from '../schedules/schedule.js';
import { systemWatchSchema } from '../system/system-settings.js';
import { type Certificate, certificatesSchema } from '../security/certificate.js';
import { type HealthCheckSettings, healthCheckSettingsSchema } from '../siren/health-check-settings.js';
import { profilesSchema } from '../siren/profile.js';
import { type MqttSettings, mqttSettingsSchema } from './mqtt-settings.js';

/** What the device's configuration consists of; each schema belongs to the room that acts on it. */
export const DEVICE_SECTIONS = [
  defineSection({ name: 'limits', schema: limitsSchema, defaults: limitsSchema.parse({}) }),
  defineSection({ name: 'device', schema: deviceSettingsSchema, defaults: deviceSettingsSchema.parse({}) }),
  defineSection({ name: 'profiles', schema: profilesSchema(), defaults: [] }),
  defineSection({ name: 'rules', schema: rulesSchema, defaults: [] }),
  defineSection<'accounts', Account[]>({
    name: 'accounts',
    schema: accountsSchema,
    defaults: [PEER_TO_PEER_ACCOUNT],
  }),
  defineSection<'certificates', Certificate[]>({
    name: 'certificates',
    schema: certificatesSchema,
    defaults: [],
  }),
  defineSection({ name: 'accessList', schema: accessListSchema, defaults: accessListSchema.parse({}) }),
  defineSection<'sourceGuard', SourceGuardSettings>({
    name: 'sourceGuard',
    schema: sourceGuardSchema,
    defaults: sourceGuardSchema.parse({}),
  }),
  defineSection({ name: 'dtmf', schema: dtmfSchema, defaults: dtmfSchema.parse({}) }),
  defineSection<'contacts', Contact[]>({ name: 'contacts', schema: contactsSchema, defaults: [] }),
  defineSection({ name: 'light', schema: lightLimitsSchema, defaults: lightLimitsSchema.parse({}) }),
  defineSection<'outputs', OutputSettings[]>({ name: 'outputs', schema: outputsSchema, defaults: [] }),
  defineSection<'recipients', RecipientSettings[]>({
    name: 'recipients',
    schema: recipientsSchema,
    defaults: [],
  }),
  defineSection({ name: 'sip', schema: sipSettingsSchema, defaults: sipSettingsSchema.parse({}) }),
  defineSection<'mqtt', MqttSettings>({
    name: 'mqtt',
    schema: mqttSettingsSchema,
    defaults: mqttSettingsSchema.parse({}),
  }),
  defineSection<'healthCheck', HealthCheckSettings>({
    name: 'healthCheck',
    schema: healthCheckSettingsSchema,
    defaults: { everyHours: 0 },
  }),
  defineSection<'virtualInputs', VirtualInputSettings[]>({
    name: 'virtualInputs',
    schema: virtualInputsSchema,
    defaults: [],
  }),
  defineSection<'manualTriggers', ManualTrigger[]>({
    name: 'manualTriggers',
    schema: manualTriggersSchema,
    defaults: [],
  }),
  defineSection<'heartbeats', HeartbeatSettings[]>({
    name: 'heartbeats',
    schema: heartbeatsSchema,
    defaults: [],
  }),
  defineSection<'ioPorts', IoPort[]>({ name: 'ioPorts', schema: ioPortsSchema, defaults: [] }),
  defineSection<'schedules', Schedule[]>({ name: 'schedules', schema: schedulesSchema, defaults: [] }),
  defineSection<'holidays', HolidayList[]>({ name: 'holidays', schema: holidayListsSchema, defaults: [] }),
  defineSection({ name: 'systemWatch', schema: systemWatchSchema, defaults: systemWatchSchema.parse({}) }),
] as const;
