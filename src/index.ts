export { Device, type DeviceOptions } from './device.js';
