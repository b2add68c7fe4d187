import { xmlText } from './xml-text.js';

/** What a lamp shows: nothing, that it rings, or that a call is on. */
export type LineState = 'terminated' | 'early' | 'confirmed';

export interface DialogInfo {
  /** The address that is watched: `sip:1001@pbx.example.com`. */
  readonly entity: string;
  /** Counts up by one with each document of a subscription. */
  readonly version: number;
  readonly state: LineState;
}

/**
 * A document of the dialog event package (RFC 4235 section 4.1) about one line. It always has its dialog in it, as PBXs
 * send it: there are phones that leave a lamp as it is when the list is empty.
 */
export function dialogInfo({ entity, version, state }: DialogInfo): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="full" entity="${xmlText(entity)}">`,
    '  <dialog id="line" direction="recipient">',
    `    <state>${state}</state>`,
    '  </dialog>',
    '</dialog-info>',
    '',
  ].join('\n');
}
