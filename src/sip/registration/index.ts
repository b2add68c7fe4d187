export { FailoverRegistration, type FailoverRegistrationOptions } from './failover-registration.js';
export { instanceUrn } from './instance-urn.js';
export { Registration } from './registration.js';
export type { OutboundIdentity, RegistrationOptions } from './registration-options.js';
export type { RegistrationStatus } from './registration-status.js';
