import type { Intent } from './intent.js';

/**
 * Does what an intent says. It may give a promise where that takes time, and a text, or a promise of one, where there is
 * something to tell: `called sip:guard@pbx as call Out-3`. Throws, or rejects, where it cannot.
 */
export type Perform = (intent: Intent) => unknown;
