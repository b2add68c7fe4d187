/** Parts of names that are written otherwise than a word. */
const WRITTEN: Readonly<Record<string, string>> = {
  id: 'ID',
  io: 'I/O',
  uri: 'URI',
  url: 'URL',
  sip: 'SIP',
  tls: 'TLS',
  rtp: 'RTP',
  tcp: 'TCP',
  udp: 'UDP',
  dtmf: 'DTMF',
  ipv6: 'IPv6',
  qos: 'QoS',
  mqtt: 'MQTT',
  http: 'HTTP',
  https: 'HTTPS',
  ftp: 'FTP',
  sftp: 'SFTP',
  srtp: 'SRTP',
  led: 'LED',
  gpio: 'GPIO',
  wled: 'WLED',
  stun: 'STUN',
  alpn: 'ALPN',
  ca: 'CA',
  ttl: 'TTL',
};

/** The name of a field or a value as a person reads it: `answerAfterSeconds` is `Answer after seconds`. */
export function wordsOf(name: string): string {
  const parts = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[._-]+/g, ' ')
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => WRITTEN[part.toLowerCase()] ?? part.toLowerCase());
  const [first = '', ...rest] = parts;
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(' ');
}
