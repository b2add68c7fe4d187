export { Registration, type RegistrationOptions, type RegistrationStatus } from './registration.js';
export type { RequestSender, RequestSending, RequestUnderWay } from './request-sender.js';
