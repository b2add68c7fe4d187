/** Where a value of a template goes. */
export type TemplatePlace = 'text' | 'json' | 'url' | 'header' | 'xml' | 'topic' | 'sip';

const ESCAPES: Readonly<Record<TemplatePlace, (value: string) => string>> = {
  text: (value) => value,
  /** Inside the quotes of a string. */
  json: (value) => JSON.stringify(value).slice(1, -1),
  /** A part of a path or of a query. */
  url: (value) => encodeURIComponent(wellFormed(value)),
  /** One line of printable ASCII: no value may begin another header. */
  header: (value) => value.replace(/[^\x20-\x7e]/g, '?'),
  /** One level of an MQTT topic: no wildcard, no level of its own, and no character that brokers refuse. */
  topic: (value) => wellFormed(value).replace(/[%+#/\u0000-\u001f\u007f]/g, encodeURIComponent),
  /** The user part of a SIP address (RFC 3261 section 25.1): no value may name another host. */
  sip: (value) => encodeURIComponent(wellFormed(value)).replace(/%(?:2B|2C|24|26|3D)/g, decodeURIComponent),
  xml: (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
};

/** How a value is written so that it stays a value there, whatever it contains. */
export function escapeFor(place: TemplatePlace): (value: string) => string {
  return ESCAPES[place];
}

/** Half a surrogate pair is no character, and no URL can have it. */
function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** What a body of a media type is: JSON, a form, XML or HTML, or plain text. */
export function placeOfBody(contentType: string): TemplatePlace {
  if (/json/i.test(contentType)) return 'json';
  if (/x-www-form-urlencoded/i.test(contentType)) return 'url';
  return /xml|html/i.test(contentType) ? 'xml' : 'text';
}
