export { VirtualOutput, type Viewer } from './virtual.js';
export type { RecordedPicture } from './recording.js';
