import type { CallInvitation } from './signaling.js';

/** How long a call rings that asks for an answer after ringing, and does not say how long. */
const RING_ANSWER_SECONDS = 2;
/** Longer than any calling timeout: whoever asks for more does not ask for an answer. */
const MOST_SECONDS = 600;

/**
 * After how many seconds a caller asks to be answered; undefined where it does not ask. Phones and PBXs do so in
 * these ways:
 *
 *     Alert-Info: <http://www.notused.com>;info=alert-autoanswer;delay=0     Polycom, Snom, Yealink, Grandstream
 *     Alert-Info: Auto Answer        Alert-Info: ring-answer                 Polycom, Cisco
 *     Call-Info: <sip:pbx>;answer-after=0                                    Snom, Linksys, Yealink
 *     Answer-Mode: Auto        Priv-Answer-Mode: Auto                        RFC 5373
 */
export function requestedAnswer(invitation: CallInvitation): number | undefined {
  for (const line of invitation.header('Alert-Info')) {
    const after = fromAlertInfo(line.toLowerCase());
    if (after !== undefined) return after;
  }
  for (const line of invitation.header('Call-Info')) {
    const after = parameterOf(line.toLowerCase(), 'answer-after');
    if (after !== undefined) return secondsOf(after);
  }
  const asksByRfc = ['Answer-Mode', 'Priv-Answer-Mode'].some((name) => invitation.header(name).some(isAuto));
  return asksByRfc ? 0 : undefined;
}

function fromAlertInfo(line: string): number | undefined {
  const after = parameterOf(line, 'answer-after');
  if (after !== undefined) return secondsOf(after);
  const said = (parameterOf(line, 'info') ?? bareValueOf(line)).replaceAll(/[\s_-]/g, '');
  if (said === 'alertautoanswer' || said === 'autoanswer' || said === 'intercom') {
    return secondsOf(parameterOf(line, 'delay') ?? '0');
  }
  if (said === 'ringanswer' || said === 'ringautoanswer') {
    return secondsOf(parameterOf(line, 'delay') ?? String(RING_ANSWER_SECONDS));
  }
  return undefined;
}

/** What stands before the parameters, where it is words and no address. */
function bareValueOf(line: string): string {
  const end = line.indexOf(';');
  return unquoted(end < 0 ? line : line.slice(0, end));
}

/** A parameter behind the address: what stands within angle brackets belongs to the address. */
function parameterOf(line: string, name: string): string | undefined {
  for (const part of line.slice(line.lastIndexOf('>') + 1).split(/[;,]/)) {
    const equals = part.indexOf('=');
    if (equals >= 0 && part.slice(0, equals).trim() === name) return unquoted(part.slice(equals + 1));
  }
  return undefined;
}

function unquoted(text: string): string {
  return text.trim().replaceAll(/^["<]+|[">]+$/g, '');
}

function secondsOf(text: string): number | undefined {
  const count = Number(text);
  return /^\d{1,4}$/.test(text) && count <= MOST_SECONDS ? count : undefined;
}

function isAuto(value: string): boolean {
  const [mode = ''] = value.split(';');
  return mode.trim().toLowerCase() === 'auto';
}
