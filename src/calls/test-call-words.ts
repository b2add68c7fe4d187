import type { CallEnd } from './signaling.js';
import type { TestCallMedia } from './test-call-report.js';

/** What a final status of a call means to whoever set the account up (RFC 3261 section 21). */
const ADVICE: Readonly<Record<number, string>> = {
  400: 'the server did not understand the call; look at its log',
  401: 'the user ID, authentication ID or password of the account is wrong',
  402: 'the server wants payment for such calls',
  403: 'the server does not let this account make the call; look at its permissions and at the password',
  404: 'there is no such extension at the server; look at the number and at the dial plan',
  405: 'the other side takes no calls',
  406: 'the other side cannot take the call as it was offered',
  407: 'the user name or password for the proxy is wrong',
  408: 'the server could not reach the other side in time',
  410: 'the number is no longer in use',
  415: 'the other side does not understand our session description',
  416: 'the server does not know this kind of address; try sip: in place of sips:',
  420: 'the server asks for an extension that the device does not have',
  421: 'the server demands an extension that is turned off in the SIP settings',
  480: 'the other side is not there now: not registered, or set to do not disturb',
  481: 'the other side lost the call',
  482: 'the call went in a circle; look at the dial plan and at the proxies',
  483: 'the call passed too many servers; look at the dial plan and at the proxies',
  484: 'the number is incomplete',
  485: 'the number is ambiguous',
  486: 'the other side is busy',
  488: 'the other side accepts none of the codecs, or not the media encryption, that the account offers',
  494: 'the server demands a security agreement',
  500: 'the server failed; look at its log',
  501: 'the server cannot do this',
  502: 'a gateway behind the server failed',
  503: 'the server is overloaded or has no way to the other side',
  504: 'the server got no answer from another server',
  513: 'the message was too large for the server',
  600: 'the other side is busy',
  603: 'the other side declined',
  604: 'the number does not exist anywhere',
  606: 'the other side accepts none of the codecs that the account offers',
};

/** Why a call that was not answered failed, and what to do. */
export function wordsOfRefusal({ status, reason = '', by }: CallEnd): string {
  if (status !== undefined && status >= 300) {
    const said = `${status} ${reason}`.trim();
    const advice =
      ADVICE[status] ??
      (status < 400 ? 'the server points elsewhere, where the call could not go' : undefined);
    return advice === undefined ? said : `${said}: ${advice}`;
  }
  if (by === 'timeout') {
    return `no answer came in time${reason === '' ? '' : ` (${reason})`}: look at the address, and at firewalls on the way`;
  }
  return reason === '' ? 'the call failed' : reason;
}

/** Whether somebody answered nothing at all: with UDP nobody says that nothing listens. */
export function wordsOfSilence(remote: string): string {
  return `nothing came back from ${remote}: nothing listens there, or a firewall keeps the packets`;
}

/** What the audio of a call was like, and what to do where it was not as it should be. */
export function wordsOfMedia(
  media: TestCallMedia,
  seconds: number,
): { readonly ok: boolean; readonly detail: string } {
  const { sent, received, lossPercent, jitter, levelDecibels, codec = 'no codec', encryption } = media;
  const kind = `${codec}, ${encryption === undefined ? 'not encrypted' : `encrypted with ${encryption}`}`;
  if (received === 0) {
    const where = media.remoteAddress === undefined ? '' : ` to ${media.remoteAddress}:${media.remotePort}`;
    return {
      ok: false,
      detail:
        `answered, but no audio came back in ${seconds} s while ${sent} packets went${where} (${kind}): ` +
        'look at firewalls, at address translation (NAT), and whether the other side sends anything',
    };
  }
  const parts = [
    `${sent} packets sent, ${received} received`,
    `loss ${lossPercent.toFixed(1)} %`,
    `jitter ${jitter.toFixed(1)} ms`,
    ...(media.roundTrip === undefined ? [] : [`there and back ${media.roundTrip.toFixed(0)} ms`]),
    ...(levelDecibels === undefined ? [] : [wordsOfLevel(levelDecibels)]),
    kind,
  ];
  const ok = lossPercent <= MOST_LOSS_PERCENT;
  const advice = ok ? '' : ': so much is lost that speech cannot be understood; look at the network';
  return { ok, detail: parts.join(', ') + advice };
}

/** Beyond this a siren is still heard, and speech is not understood. */
const MOST_LOSS_PERCENT = 10;
/** Quieter than this is silence: a codec's own noise. */
const SILENCE_DECIBELS = -60;

function wordsOfLevel(decibels: number): string {
  return decibels <= SILENCE_DECIBELS ? 'silence came back' : `level ${decibels.toFixed(0)} dB`;
}
