export { VirtualOutput } from './virtual.js';
