export { dialogInfo, type DialogInfo, type LineState } from './dialog-info.js';
export { DIALOG_PACKAGE, PRESENCE_PACKAGE, type EventPackage } from './event-package.js';
export { presenceDocument, type Presence } from './presence-document.js';
export type { TerminationReason } from './termination.js';
