// What Node itself costs: answers INVITE and BYE by cutting strings, with no SIP stack, no media, no rule.
import { createSocket } from 'node:dgram';

/** The headers that a response repeats (RFC 3261 section 8.2.6.2). */
const REPEATED = /^(?:Via|From|To|Call-ID|CSeq):/i;
const port = Number(process.argv[2]);

const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20, sendBufferSize: 4 << 20 });
socket.on('message', (bytes, peer) => {
  const text = bytes.toString('latin1');
  if (text.startsWith('ACK ')) return;
  const isInvite = text.startsWith('INVITE ');
  const response = isInvite ? answer(text, body()) : answer(text, '');
  socket.send(response, peer.port, peer.address);
});
socket.bind(port, '127.0.0.1', () => process.send?.('ready'));
process.on('message', () => {
  socket.close();
  process.disconnect();
});

function answer(request: string, sdp: string): string {
  let head = 'SIP/2.0 200 OK\r\n';
  for (const line of request.slice(0, request.indexOf('\r\n\r\n')).split('\r\n')) {
    if (!REPEATED.test(line)) continue;
    head += /^To:/i.test(line) && !line.includes(';tag=') ? `${line};tag=bare\r\n` : `${line}\r\n`;
  }
  head += `Contact: <sip:127.0.0.1:${port}>\r\n`;
  if (sdp !== '') head += 'Content-Type: application/sdp\r\n';
  return `${head}Content-Length: ${sdp.length}\r\n\r\n${sdp}`;
}

function body(): string {
  return (
    'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n' +
    'm=audio 9 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n'
  );
}
