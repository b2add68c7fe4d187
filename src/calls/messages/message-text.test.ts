import { describe, expect, it } from '@jest/globals';
import type { MessageContent } from '../signaling-message.js';
import { readMessage } from './message-text.js';

const content = (changes: Partial<MessageContent>): MessageContent => ({
  contentType: 'text/plain',
  charset: undefined,
  encoding: undefined,
  body: Buffer.from('Lösch alles'),
  ...changes,
});

const cpim = (...lines: string[]) =>
  content({ contentType: 'message/cpim', body: Buffer.from(lines.join('\r\n')) });

describe('The text of a message', () => {
  it.each([
    ['UTF-8 where nothing is said', content({})],
    ['another character set', content({ charset: 'ISO-8859-1', body: Buffer.from('Lösch alles', 'latin1') })],
    ['a body without a type', content({ contentType: undefined })],
    ['the identity encoding', content({ encoding: 'Identity' })],
    [
      'a message/cpim',
      cpim(
        'From: <sip:guard@example.com>',
        '',
        'Content-Type: text/plain; charset="utf-8"',
        '',
        'Lösch alles',
      ),
    ],
    ['a message/cpim without envelope', cpim('', 'content-type:text/plain', '', 'Lösch alles')],
    ['control characters', content({ body: Buffer.from('Lösch\u0000 al\u001bles') })],
  ])('is read from %s', (_, message) => {
    expect(readMessage(message)).toEqual({ ok: true, contentType: 'text/plain', text: 'Lösch alles' });
  });

  it('keeps its lines', () => {
    expect(readMessage(content({ body: Buffer.from('one\r\ntwo\tthree') }))).toMatchObject({
      text: 'one\ntwo\tthree',
    });
  });

  it.each([
    [415, content({ contentType: 'text/html' })],
    [415, content({ contentType: 'application/im-iscomposing+xml' })],
    [415, content({ charset: 'klingon' })],
    [415, content({ encoding: 'gzip' })],
    [415, cpim('From: <sip:guard@example.com>', '', 'Content-Type: image/png', '', 'x')],
    [400, cpim('From: <sip:guard@example.com>', 'no end of this')],
    [413, content({ body: Buffer.alloc(4_097, 'a') })],
  ])('is refused with %d for %j', (status, message) => {
    expect(readMessage(message)).toMatchObject({ ok: false, reply: { status } });
  });

  it('says what is taken instead', () => {
    expect(readMessage(content({ contentType: 'text/html' }))).toEqual({
      ok: false,
      reply: { status: 415, accept: 'text/plain, message/cpim', warning: 'text/html is not taken' },
    });
  });
});
