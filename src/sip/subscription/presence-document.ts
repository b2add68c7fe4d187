import { xmlText } from './xml-text.js';

export interface Presence {
  /** The address that is watched: `sip:1001@pbx.example.com`. */
  readonly entity: string;
  /** Whether it is busy; else it is there. */
  readonly isBusy: boolean;
  /** For a person. */
  readonly note: string;
}

/**
 * A presence document (RFC 3863) with what phones make a lamp of: the activities of RFC 4480, with the prefixes that
 * those look for that read no XML.
 */
export function presenceDocument({ entity, isBusy, note }: Presence): string {
  const address = entity.slice(entity.indexOf(':') + 1);
  const activities = isBusy ? '<rpid:busy/><rpid:on-the-phone/>' : '';
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model" xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="pres:${xmlText(address)}">`,
    '  <tuple id="line">',
    '    <status><basic>open</basic></status>',
    `    <contact>${xmlText(entity)}</contact>`,
    `    <note>${xmlText(note)}</note>`,
    '  </tuple>',
    `  <dm:person id="person"><rpid:activities>${activities}</rpid:activities></dm:person>`,
    '</presence>',
    '',
  ].join('\n');
}
