export { Registration, type RegistrationOptions, type RegistrationStatus } from './registration.js';
