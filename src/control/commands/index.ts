import type { Command } from '../command.js';
import { ACCESS_LIST_COMMANDS } from './access-list.js';
import { ACCOUNT_COMMANDS } from './accounts.js';
import { ALARM_COMMANDS } from './alarms.js';
import { ANNOUNCEMENT_COMMANDS } from './announcements.js';
import { CALL_COMMANDS } from './calls.js';
import { CERTIFICATE_COMMANDS } from './certificates.js';
import { CONTACT_COMMANDS } from './contacts.js';
import { DEVICE_COMMANDS } from './device.js';
import { DTMF_COMMANDS } from './dtmf.js';
import { LAMP_COMMANDS } from './lamps.js';
import { LIMITS_COMMANDS } from './limits.js';
import { LIGHT_COMMANDS } from './light.js';
import { MESSAGE_COMMANDS } from './messages.js';
import { MQTT_COMMANDS } from './mqtt.js';
import { OUTPUT_COMMANDS } from './outputs.js';
import { FACTORY_DEFAULT_COMMANDS } from './factory-default.js';
import { HEALTH_CHECK_COMMANDS } from './health-check.js';
import { OWN_SOUND_COMMANDS } from './own-sounds.js';
import { OWN_ACTIVITY_COMMANDS } from './own-activities.js';
import { PREVIEW_COMMANDS } from './preview.js';
import { PROFILE_FILE_COMMANDS } from './profile-files.js';
import { OUTPUT_SETTINGS_COMMANDS } from './outputs-settings.js';
import { PROFILE_COMMANDS } from './profiles.js';
import { RECIPIENT_COMMANDS } from './recipients.js';
import { RULE_COMMANDS } from './rules.js';
import { SIP_COMMANDS } from './sip.js';
import { SIREN_COMMANDS } from './siren.js';
import { SOURCE_GUARD_COMMANDS } from './source-guard.js';
import { HEARTBEAT_COMMANDS } from './heartbeats.js';
import { HOLIDAY_COMMANDS } from './holidays.js';
import { IO_PORT_COMMANDS } from './io-ports.js';
import { MANUAL_TRIGGER_COMMANDS } from './manual-triggers.js';
import { SCHEDULE_COMMANDS } from './schedules.js';
import { SYSTEM_WATCH_COMMANDS } from './system-watch.js';
import { VIRTUAL_INPUT_COMMANDS } from './virtual-inputs.js';
import { STATUS_COMMANDS } from './status.js';
import { TEST_CALL_COMMANDS } from './test-call.js';

/** Everything the device can be asked and told. */
export const COMMANDS: readonly Command[] = [
  ...STATUS_COMMANDS,
  ...FACTORY_DEFAULT_COMMANDS,
  ...DEVICE_COMMANDS,
  ...LIMITS_COMMANDS,
  ...PROFILE_COMMANDS,
  ...PROFILE_FILE_COMMANDS,
  ...PREVIEW_COMMANDS,
  ...SIREN_COMMANDS,
  ...ALARM_COMMANDS,
  ...OWN_ACTIVITY_COMMANDS,
  ...HEALTH_CHECK_COMMANDS,
  ...RULE_COMMANDS,
  ...VIRTUAL_INPUT_COMMANDS,
  ...MANUAL_TRIGGER_COMMANDS,
  ...IO_PORT_COMMANDS,
  ...HEARTBEAT_COMMANDS,
  ...SCHEDULE_COMMANDS,
  ...HOLIDAY_COMMANDS,
  ...SYSTEM_WATCH_COMMANDS,
  ...ACCOUNT_COMMANDS,
  ...SIP_COMMANDS,
  ...CERTIFICATE_COMMANDS,
  ...ACCESS_LIST_COMMANDS,
  ...SOURCE_GUARD_COMMANDS,
  ...DTMF_COMMANDS,
  ...CONTACT_COMMANDS,
  ...ANNOUNCEMENT_COMMANDS,
  ...TEST_CALL_COMMANDS,
  ...CALL_COMMANDS,
  ...MESSAGE_COMMANDS,
  ...LAMP_COMMANDS,
  ...LIGHT_COMMANDS,
  ...OUTPUT_SETTINGS_COMMANDS,
  ...OUTPUT_COMMANDS,
  ...MQTT_COMMANDS,
  ...RECIPIENT_COMMANDS,
  ...OWN_SOUND_COMMANDS,
];
