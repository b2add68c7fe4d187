import { describe, expect, it } from '@jest/globals';
import { parseUri, SipRequest, SipResponse } from '../message/index.js';
import {
  dialogOfRequest,
  dialogOfResponse,
  withNextSequence,
  withRemoteSequence,
  withRemoteTarget,
} from './dialog.js';
import { requestInDialog, routeTo } from './request-in-dialog.js';

const invite = new SipRequest({
  method: 'INVITE',
  uri: parseUri('sip:bob@biloxi.example.com'),
  headers: [
    ['Via', 'SIP/2.0/UDP pc33.example.com;branch=z9hG4bK1'],
    ['Record-Route', '<sip:p2.example.com;lr>, <sip:p1.example.com;lr>'],
    ['From', 'Alice <sip:alice@atlanta.example.com>;tag=a'],
    ['To', 'Bob <sip:bob@biloxi.example.com>'],
    ['Call-ID', 'c'],
    ['CSeq', '7 INVITE'],
    ['Contact', '<sip:alice@192.0.2.1>'],
  ],
});
const success = SipResponse.to(invite, 200, {
  toTag: 'b',
  copyRecordRoute: true,
  headers: [['Contact', '<sip:bob@192.0.2.4>']],
});

describe('A dialog', () => {
  it('of a UAS takes the route set in order and the Contact of the request (section 12.1.1)', () => {
    expect(dialogOfRequest(invite, 'b')).toMatchObject({
      callId: 'c',
      localTag: 'b',
      remoteTag: 'a',
      local: 'Bob <sip:bob@biloxi.example.com>;tag=b',
      remote: 'Alice <sip:alice@atlanta.example.com>;tag=a',
      localSequence: 0,
      remoteSequence: 7,
      routeSet: ['<sip:p2.example.com;lr>', '<sip:p1.example.com;lr>'],
    });
  });

  it('of a UAC takes the route set in reverse and the Contact of the response (section 12.1.2)', () => {
    const dialog = dialogOfResponse(invite, success);
    expect(dialog).toMatchObject({ localTag: 'a', remoteTag: 'b', localSequence: 7, remoteSequence: -1 });
    expect(dialog.routeSet).toEqual(['<sip:p1.example.com;lr>', '<sip:p2.example.com;lr>']);
    expect(dialog.remoteTarget.toString()).toBe('sip:bob@192.0.2.4');
  });

  it('refuses a request that is not newer than the last (section 12.2.2)', () => {
    const dialog = dialogOfRequest(invite, 'b');
    expect(withRemoteSequence(dialog, 7)).toBeUndefined();
    expect(withRemoteSequence(dialog, 8)?.remoteSequence).toBe(8);
  });

  it('moves its target only with a Contact', () => {
    const dialog = dialogOfResponse(invite, success);
    expect(withRemoteTarget(dialog, invite).remoteTarget.toString()).toBe('sip:alice@192.0.2.1');
    expect(withRemoteTarget(dialog, SipResponse.to(invite, 200))).toBe(dialog);
  });

  it('builds requests with its tags, the next number and the routes', () => {
    const dialog = withNextSequence(dialogOfResponse(invite, success));
    const { request, nextHop } = requestInDialog(dialog, { method: 'BYE', sequence: dialog.localSequence });
    expect([request.method, request.cseq.sequence, request.fromTag, request.toTag]).toEqual([
      'BYE',
      8,
      'a',
      'b',
    ]);
    expect([request.uri.toString(), nextHop.toString()]).toEqual([
      'sip:bob@192.0.2.4',
      'sip:p1.example.com;lr',
    ]);
  });

  it('goes through a strict router by making it the request-URI (section 12.2.1.1)', () => {
    const route = routeTo(parseUri('sip:bob@192.0.2.4'), [
      '<sip:strict.example.com>',
      '<sip:next.example.com;lr>',
    ]);
    expect(route.uri.toString()).toBe('sip:strict.example.com');
    expect(route.nextHop).toBe(route.uri);
    expect(route.lines).toEqual(['<sip:next.example.com;lr>', '<sip:bob@192.0.2.4>']);
  });
});
