/** Which way audio flows, seen from whoever writes it into a session description (RFC 8866 section 6.7). */
export type AudioDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export function maySend(direction: AudioDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function mayReceive(direction: AudioDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** Our direction, given what we would like and what the peer wrote from its own side (RFC 3264 section 6.1). */
export function commonDirection(ours: AudioDirection, theirs: AudioDirection): AudioDirection {
  const send = maySend(ours) && mayReceive(theirs);
  const receive = mayReceive(ours) && maySend(theirs);
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}
