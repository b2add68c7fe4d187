/** Whether calls are encrypted: never, where the peer can, or not at all without (manual: Media encryption). */
export type MediaEncryption = 'none' | 'bestEffort' | 'mandatory';
