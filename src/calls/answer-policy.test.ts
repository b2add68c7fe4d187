import { describe, expect, it } from '@jest/globals';
import { callInvitation } from '../../test/support/call-invitation.js';
import { accountSchema } from './account.js';
import { answerPolicy } from './answer-policy.js';
import { requestedAnswer } from './answer-request.js';

describe('the wish of a caller to be answered', () => {
  it.each([
    ['Alert-Info', '<http://www.notused.com>;info=alert-autoanswer;delay=0', 0],
    ['Alert-Info', '<http://www.notused.com>;info=alert-autoanswer;delay=3', 3],
    ['Alert-Info', 'info=alert-autoanswer', 0],
    ['Alert-Info', '<http://127.0.0.1/>;info="Auto Answer"', 0],
    ['Alert-Info', 'Auto Answer', 0],
    ['Alert-Info', '<Auto Answer>', 0],
    ['Alert-Info', 'ring-answer', 2],
    ['Alert-Info', 'Ring Answer', 2],
    ['Alert-Info', ';info=alert-autoanswer;delay=0', 0],
    ['Alert-Info', '<sip:pbx>;answer-after=5', 5],
    ['Call-Info', '<sip:pbx.example.com>;answer-after=0', 0],
    ['Call-Info', '<sip:pbx.example.com>; Answer-After=2', 2],
    ['Answer-Mode', 'Auto', 0],
    ['Answer-Mode', 'Auto;require', 0],
    ['Priv-Answer-Mode', 'auto', 0],
  ])('is read from %s: %s', (name, value, after) => {
    expect(requestedAnswer(callInvitation({}, { [name]: [value] }))).toBe(after);
  });

  it.each([
    ['Alert-Info', '<http://example.com/ring.wav>'],
    ['Alert-Info', '<http://example.com/?info=alert-autoanswer>'],
    ['Alert-Info', '<http://x>;info=alert-internal'],
    ['Call-Info', '<http://x/;answer-after=0>;purpose=icon'],
    ['Call-Info', '<sip:x>;answer-after=soon'],
    ['Answer-Mode', 'Manual'],
    ['Subject', 'Auto Answer'],
  ])('is not seen in %s: %s', (name, value) => {
    expect(requestedAnswer(callInvitation({}, { [name]: [value] }))).toBeUndefined();
  });
});

describe('how a call begins', () => {
  const wish = callInvitation({}, { 'Alert-Info': ['Auto Answer'] });
  const plain = callInvitation();
  const peer = (fields: object) => accountSchema.parse({ id: 'p', mode: 'peer-to-peer', ...fields });
  const registered = accountSchema.parse({
    id: 'r',
    mode: 'registered',
    userId: 'siren',
    registrar: 'pbx',
    answerAutomatically: false,
    answerOnRequest: true,
  });
  const stranger = { trustOf: () => 'stranger' as const };
  const server = { trustOf: () => 'trusted' as const };

  it('is with an answer at once, or after a while, where the account answers automatically', () => {
    expect(answerPolicy(peer({}), plain, stranger)).toEqual({ kind: 'answer' });
    expect(answerPolicy(peer({ answerAfterSeconds: 4 }), wish, stranger)).toEqual({
      kind: 'ring',
      answerAfter: 4_000,
    });
  });

  it('is with ringing where it does not, whatever the caller wishes', () => {
    expect(answerPolicy(peer({ answerAutomatically: false }), wish, stranger)).toEqual({ kind: 'ring' });
  });

  it('follows the wish where the account allows it', () => {
    const account = peer({ answerAutomatically: false, answerOnRequest: true });
    expect(answerPolicy(account, wish, stranger)).toEqual({ kind: 'answer' });
    expect(answerPolicy(account, plain, stranger)).toEqual({ kind: 'ring' });
  });

  it('follows it on a registered account only from its server', () => {
    expect(answerPolicy(registered, wish, server)).toEqual({ kind: 'answer' });
    expect(answerPolicy(registered, wish, stranger)).toEqual({ kind: 'ring' });
  });
});
