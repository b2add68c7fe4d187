/** Why a broker refuses, by the return codes of MQTT 3.1.1 (section 3.2.2.3) and the reason codes of MQTT 5 (2.4). */
const WORDS: Readonly<Record<number, string>> = {
  1: 'it does not speak this version of MQTT',
  2: 'it does not accept the client ID',
  3: 'it is not available',
  4: 'the user name or the password is wrong',
  5: 'this client is not allowed; check the user name and the password',
  128: 'it gives no reason',
  129: 'it cannot read a packet',
  130: 'it finds an error in the protocol',
  131: 'it has a reason of its own',
  132: 'it does not speak this version of MQTT',
  133: 'it does not accept the client ID',
  134: 'the user name or the password is wrong',
  135: 'this client is not allowed; check the user name and the password',
  136: 'it is not available',
  137: 'it is busy',
  138: 'this client is banned',
  139: 'it is shutting down',
  140: 'it wants another way to log in',
  141: 'it heard nothing for longer than the keep alive interval',
  142: 'another client has connected with the same client ID',
  143: 'it does not accept the filter',
  144: 'it does not accept the topic',
  149: 'a packet is larger than it takes',
  151: 'a quota is used up',
  153: 'it does not take such a payload',
  154: 'it keeps no retained messages',
  155: 'it does not support this QoS',
  156: 'another server is to be used for now',
  157: 'another server is to be used from now on',
  159: 'there are too many connections at a time',
};

/** What a code means, as the end of a sentence about the broker. */
export function reasonWords(code: number): string {
  const words = WORDS[code];
  return words === undefined ? `reason code ${code}` : `${words} (code ${code})`;
}
