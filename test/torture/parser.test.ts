import { describe, expect, it } from '@jest/globals';
import {
  isSipUri,
  parseMessage,
  parseMultipart,
  sdpOf,
  serialise,
  StreamFramer,
  type ParseFailure,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '../../src/sip/message/index.js';
import { tortureMessage, tortureNames } from '../support/torture.js';

/** The message that the parser makes of a file, which must be one. */
function parsed(name: string): SipMessage {
  const result = parseMessage(tortureMessage(name), 'datagram');
  if (!result.ok) throw result.error;
  return result.message;
}

function request(name: string): SipRequest {
  const message = parsed(name);
  if (message.kind !== 'request') throw new Error(`${name} is no request`);
  return message;
}

function response(name: string): SipResponse {
  const message = parsed(name);
  if (message.kind !== 'response') throw new Error(`${name} is no response`);
  return message;
}

/** What the parser says of a file that it must refuse. */
function refused(name: string): ParseFailure {
  const result = parseMessage(tortureMessage(name), 'datagram');
  if (result.ok) throw new Error(`${name} was taken for a message`);
  return result;
}

describe('RFC 4475: valid messages', () => {
  it('3.1.1.1 wsinv: a short tortuous INVITE', () => {
    const message = request('wsinv');
    expect(message.method).toBe('INVITE');
    expect(message.toTag).toBe('1918181833n');
    expect(message.from.displayName).toBe('J Rosenberg \\"');
    expect(message.fromTag).toBe('98asjd8');
    expect(message.cseq).toEqual({ sequence: 9, method: 'INVITE' });
    expect(message.headers.first('max-forwards')).toBe('0068');
    expect(message.headers.first('Subject')).toBe('');
    expect(message.headers.first('newfangledheader')).toBe('newfangled value continued newfangled value');
    expect(message.vias.map(String)).toEqual([
      'SIP/2.0/UDP 192.0.2.2;branch=390skdjuw',
      'SIP/2.0/TCP spindle.example.com;branch=z9hG4bK9ikj8',
      'SIP/2.0/UDP 192.168.255.111;branch=z9hG4bK30239',
    ]);
    const [contact] = message.contacts;
    expect(contact?.displayName).toBe('Quoted string ""');
    expect(contact?.parameters.get('q')).toBe('0.33');
    expect(contact?.parameters.has('secondparam')).toBe(true);
    expect(message.routes[0]?.uri.toString()).toBe(
      'sip:services.example.com;lr;unknownwith=value;unknown-no-value',
    );
    expect(sdpOf(message)).toHaveLength(150);
  });

  it('3.1.1.2 intmeth: a wide range of valid characters', () => {
    const message = request('intmeth');
    expect(message.method).toBe("!interesting-Method0123456789_*+`.%indeed'~");
    expect(message.to.displayName).toBe('BEL:\u0007 NUL:\u0000 DEL:\u007f');
    expect(message.from.displayName).toBe("token1~` token2'+_ token3*%!.-");
    expect(message.from.parameters.get("fromParam''~+*_!.-%")).toBe('работающий');
    expect(message.fromTag).toBe("_token~1'+`*%!-.");
    expect(message.callId).toBe('intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{');
    expect(message.headers.first("extensionHeader-!.%*+_`'~")).toBe('\ufeff大停電');
    const uri = message.uri;
    expect(isSipUri(uri) ? uri.user : undefined).toBe("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
    expect(isSipUri(uri) ? uri.password : undefined).toBe("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  });

  it('3.1.1.3 esc01: escapes stay in the URI and are one character to its reader', () => {
    const { uri, to, contacts } = request('esc01');
    expect(isSipUri(uri) ? uri.user : undefined).toBe('sips%3Auser%40example.com');
    expect(isSipUri(uri) ? uri.decodedUser : undefined).toBe('sips:user@example.com');
    expect(isSipUri(to.uri) ? to.uri.decodedUser : undefined).toBe('user');
    expect(contacts[0]?.uri.toString()).toBe('sip:cal%6Cer@host5.example.net;%6C%72;n%61me=v%61lue%25%34%31');
  });

  it('3.1.1.4 escnull: escaped nulls in URIs', () => {
    const message = request('escnull');
    expect(message.to.uri.toString()).toBe('sip:null-%00-null@example.com');
    expect(message.contacts.map(({ uri }) => isSipUri(uri) && uri.decodedUser)).toEqual([
      '\u0000',
      '\u0000\u0000',
    ]);
  });

  it('3.1.1.5 esc02: a percent sign escapes only in URIs', () => {
    const message = request('esc02');
    expect(message.method).toBe('RE%47IST%45R');
    expect(message.to.displayName).toBe('%Z%45');
    expect(message.topVia.branch).toBe('z9hG4bK209%fzsnel234');
    expect(message.contacts).toHaveLength(2);
    expect(message.headers.first('C%6Fntact')).toBe('<sip:alias2@host2.example.com>');
  });

  it('3.1.1.6 lwsdisp: no white space between display name and bracket', () => {
    expect(request('lwsdisp').from.displayName).toBe('caller');
  });

  it('3.1.1.7 longreq: long values', () => {
    const message = request('longreq');
    expect(message.vias).toHaveLength(34);
    expect(message.vias[33]?.received).toBe('192.0.2.5');
    expect(message.fromTag).toMatch(/^(12982)+[0-9]*$/);
    expect(sdpOf(message)).toHaveLength(150);
  });

  it('3.1.1.8 dblreq: what follows the body in a datagram is ignored', () => {
    const message = request('dblreq');
    expect(message.method).toBe('REGISTER');
    expect(message.body).toHaveLength(0);
  });

  it('3.1.1.9 semiuri: semicolons in the user part', () => {
    const { uri, headers } = request('semiuri');
    expect(isSipUri(uri) ? uri.user : undefined).toBe('user;par=u%40example.net');
    expect(isSipUri(uri) ? uri.parameters.size : undefined).toBe(0);
    expect(headers.values('Accept')).toHaveLength(6);
  });

  it('3.1.1.10 transports: any transport may stand in a Via', () => {
    expect(request('transports').vias.map(({ transport }) => transport)).toEqual([
      'udp',
      'sctp',
      'tls',
      'unknown',
      'tcp',
    ]);
  });

  it('3.1.1.11 mpart01: a binary part arrives octet by octet', () => {
    const message = request('mpart01');
    const boundary = message.contentTypeParameters.get('boundary') ?? '';
    const parts = parseMultipart(message.body, boundary);
    expect(parts.map(({ headers }) => headers.first('Content-Type'))).toEqual([
      'text/plain',
      'application/octet-stream',
    ]);
    expect(parts[0]?.body.toString()).toBe('Hello');
    const binary = parts[1]?.body ?? Buffer.alloc(0);
    expect(tortureMessage('mpart01').includes(binary)).toBe(true);
    expect(binary.subarray(0, 2)).toEqual(Buffer.from([0x30, 0x82]));
    expect(serialise(message)).toHaveLength(tortureMessage('mpart01').length);
  });

  it('3.1.1.12 unreason: an unusual reason phrase', () => {
    expect(response('unreason').reason).toBe('= 2**3 * 5**2 но сто девяносто девять - простое');
  });

  it('3.1.1.13 noreason: an empty reason phrase', () => {
    expect(response('noreason')).toMatchObject({ status: 100, reason: '' });
  });
});

describe('RFC 4475: invalid messages', () => {
  it.each([
    ['3.1.2.1', 'badinv01', 'Via'],
    ['3.1.2.2', 'clerr', 'Content-Length'],
    ['3.1.2.3', 'ncl', 'Content-Length'],
    ['3.1.2.4', 'scalar02', 'CSeq'],
    ['3.1.2.6', 'quotbal', 'To'],
    ['3.1.2.7', 'ltgtruri', 'Request-URI'],
    ['3.1.2.8', 'lwsruri', 'Request-URI'],
    ['3.1.2.9', 'lwsstart', 'Request-URI'],
    ['3.1.2.10', 'trws', 'Request-Line'],
    ['3.1.2.11', 'escruri', 'Request-URI'],
    ['3.1.2.13', 'regbadct', 'Contact'],
    ['3.1.2.14', 'badaspec', 'To'],
    ['3.1.2.15', 'baddn', 'message'],
    ['3.1.2.17', 'mismatch01', 'CSeq'],
    ['3.1.2.18', 'mismatch02', 'CSeq'],
    ['3.3.1', 'insuf', 'From'],
    ['3.3.8', 'multi01', 'CSeq'],
    ['3.3.9', 'mcl01', 'Content-Length'],
  ])('%s %s: is answered 400 for its %s', (_section, name, path) => {
    const { error, reply, method } = refused(name);
    expect(error).toMatchObject({ code: 'SIP_SYNTAX', path });
    expect(reply?.status).toBe(400);
    expect(method).toBe(tortureMessage(name).toString('latin1').split(' ')[0]);
  });

  it('3.1.2.2 clerr: a stream waits for the rest of the body', () => {
    const framer = new StreamFramer();
    expect(framer.push(tortureMessage('clerr'))).toEqual([]);
    expect(framer.isEmpty).toBe(false);
  });

  it('3.1.2.3 ncl: a stream is broken and the request answered 400', () => {
    const [frame] = new StreamFramer().push(tortureMessage('ncl'));
    expect(frame?.kind === 'broken' && frame.reply?.status).toBe(400);
  });

  it('3.1.2.5 scalarlg: a response with scalars out of range is discarded', () => {
    expect(refused('scalarlg')).toMatchObject({ ok: false, error: { path: 'CSeq' } });
    expect(refused('scalarlg').reply).toBeUndefined();
  });

  it('3.1.2.12 baddate: a Date in another time zone is nobody’s concern', () => {
    expect(request('baddate').headers.first('Date')).toBe('Fri, 01 Jan 2010 16:00:00 EST');
  });

  it('3.1.2.15 baddn: the display name is refused also where the empty line is there', () => {
    const whole = Buffer.concat([tortureMessage('baddn'), Buffer.from('\r\n')]);
    expect(parseMessage(whole, 'datagram')).toMatchObject({
      ok: false,
      error: { path: 'From' },
      reply: { status: 400 },
    });
  });

  it('3.1.2.16 badvers: another version is answered 505', () => {
    expect(refused('badvers').reply?.status).toBe(505);
  });

  it('3.1.2.19 bigcode: a response with an impossible code is discarded', () => {
    expect(refused('bigcode').reply).toBeUndefined();
  });
});

describe('RFC 4475: what is for the layers above', () => {
  it('3.2.1 badbranch: a branch that is only the magic cookie', () => {
    expect(request('badbranch').topVia.branch).toBe('z9hG4bK');
  });

  it('3.3.1 insuf: the answer carries what there is', () => {
    const reply = refused('insuf').reply;
    expect(reply?.headers.first('CSeq')).toBe('193942 INVITE');
    expect(reply?.headers.has('From')).toBe(false);
  });

  it('3.3.2 unkscm and 3.3.3 novelsc: an unknown scheme in the Request-URI is an opaque URI', () => {
    expect(request('unkscm').uri).toMatchObject({ kind: 'opaque', scheme: 'nobodyknowsthisscheme' });
    expect(request('novelsc').uri).toMatchObject({ scheme: 'soap.beep', rest: '//192.0.2.103:3002' });
  });

  it('3.3.4 unksm2: unknown schemes in headers', () => {
    const message = request('unksm2');
    expect(message.to.uri.toString()).toBe('isbn:2983792873');
    expect(message.from.uri.toString()).toBe('http://www.example.com');
    expect(message.fromTag).toBe('3234233');
    expect(message.contacts[0]?.uri.toString()).toBe('name:John_Smith');
  });

  it('3.3.5 bext01: both required extensions are found', () => {
    expect(request('bext01').headers.values('Require')).toEqual([
      'nothingSupportsThis',
      'nothingSupportsThisEither',
    ]);
  });

  it('3.3.6 invut: an unknown type of body', () => {
    expect(request('invut').contentType).toBe('application/unknownformat');
    expect(sdpOf(request('invut'))).toBeUndefined();
  });

  it('3.3.7 regaut01: an unknown scheme of authorization', () => {
    expect(request('regaut01').headers.first('Authorization')).toBe('NoOneKnowsThisScheme opaque-data=here');
  });

  it('3.3.10 bcast: a response with a second Via', () => {
    expect(response('bcast').vias.map(({ host }) => host)).toEqual(['192.0.2.198', '255.255.255.255']);
  });

  it('3.3.11 zeromf: Max-Forwards 0 is a number', () => {
    expect(request('zeromf').headers.first('Max-Forwards')).toBe('0');
  });

  it('3.3.12 cparam01 and 3.3.13 cparam02: a parameter belongs to the header or to the URI', () => {
    const [header] = request('cparam01').contacts;
    expect(header?.parameters.has('unknownparam')).toBe(true);
    const [inside] = request('cparam02').contacts;
    expect(inside?.parameters.size).toBe(0);
    expect(inside !== undefined && isSipUri(inside.uri) && inside.uri.parameters.has('unknownparam')).toBe(
      true,
    );
  });

  it('3.3.14 regescrt: a header in the URI of a Contact', () => {
    const uri = request('regescrt').contacts[0]?.uri;
    expect(uri !== undefined && isSipUri(uri) && uri.headers.get('Route')).toBe('%3Csip:sip.example.com%3E');
  });

  it('3.3.15 sdp01: Accept names another type', () => {
    expect(request('sdp01').headers.values('Accept')).toEqual(['text/nobodyKnowsThis']);
  });

  it('3.4.1 inv2543: a request of RFC 2543 without branch, tag and Max-Forwards', () => {
    const message = request('inv2543');
    expect(message.topVia.branch).toBeUndefined();
    expect(message.fromTag).toBeUndefined();
    expect(sdpOf(message)).toContain('m=audio 49217');
    expect(message.recordRoutes[0]?.uri.toString()).toBe('sip:UserB@example.com;maddr=ss1.example.com');
  });
});

describe('RFC 4475: all of them', () => {
  it('has 50 messages, of which the unnamed one is no SIP', () => {
    expect(tortureNames()).toHaveLength(50);
    expect(refused('test').reply).toBeUndefined();
  });

  it.each(tortureNames())('%s: is read again equally after it was written', (name) => {
    const first = parseMessage(tortureMessage(name), 'datagram');
    if (!first.ok) {
      expect(first.error.code).toBe('SIP_SYNTAX');
      return;
    }
    const again = parseMessage(serialise(first.message), 'stream');
    if (!again.ok) throw again.error;
    expect([...again.message.headers.entries()]).toEqual([...first.message.headers.entries()]);
    expect(again.message.body.equals(first.message.body)).toBe(true);
    expect(serialise(again.message).equals(serialise(first.message))).toBe(true);
  });
});
