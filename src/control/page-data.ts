import type { CallStatus } from '../calls/call-status.js';
import type { LightCapability } from '../patterns/light-capabilities.js';
import type { Explanation } from '../rules/explanation.js';
import type { Finding } from '../rules/lint/finding.js';
import type { Rule } from '../rules/rule.js';
import type { RuleStatus } from '../rules/rules.js';
import type { DeadLetter } from '../recipients/delivery.js';
import type { RecipientStatus } from '../recipients/recipients.js';
import type { SirenStatus } from '../siren/siren-status.js';
import type { Profile } from '../siren/profile.js';
import type { AlarmView } from './commands/alarms.js';
import type { HealthCheckView } from './health-check-view.js';
import type { LightView } from './light-view.js';
import type { MqttStatus } from './mqtt-service.js';
import type { AccountView } from './services.js';
import type { StatusView } from './status-view.js';

/** `GET /api/v1/patterns`: what there is to choose from. */
export type Patterns = {
  readonly light: readonly LightCapability[];
  readonly siren: readonly { readonly name: string }[];
};

/** `GET /api/v1/alarms`. */
export type AlarmsView = { readonly present: readonly AlarmView[]; readonly history: readonly AlarmView[] };

/** One row of a status list. */
export type ActivityStatus = SirenStatus['light'][number];

/** What the API answers, for those who read it in the browser. */
export type {
  /** `GET /api/v1/status`. */
  StatusView,
  AccountView,
  /** Of `GET /api/v1/alarms`. */
  AlarmView,
  /** `GET /api/v1/calls`. */
  CallStatus,
  /** `GET /api/v1/rule-decisions`. */
  Explanation,
  /** `GET /api/v1/health-check`. */
  HealthCheckView,
  /** `GET /api/v1/light`. */
  LightView,
  /** Of `GET /api/v1/mqtt`. */
  MqttStatus,
  /** `GET /api/v1/profiles`. */
  Profile,
  /** Of `GET /api/v1/recipients/{id}/dead-letters`. */
  DeadLetter,
  /** Of `GET /api/v1/recipients`. */
  RecipientStatus,
  /** Of `GET /api/v1/rule-lint`. */
  Finding,
  /** `GET /api/v1/rules`. */
  Rule,
  /** Of `GET /api/v1/rule-status`. */
  RuleStatus,
};
