import {
  Inviter,
  SessionState,
  UserAgent,
  type BodyAndContentType,
  type Session,
  type SessionDescriptionHandler,
} from 'sip.js';

/** Signaling is tried here; the audio of a browser is encrypted in a way of its own (DTLS-SRTP). */
class PlainAudio implements SessionDescriptionHandler {
  close(): void {
    // There is nothing to let go of.
  }

  getDescription(): Promise<BodyAndContentType> {
    const lines = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      'm=audio 9 RTP/AVP 0',
    ];
    return Promise.resolve({ body: `${lines.join('\r\n')}\r\n`, contentType: 'application/sdp' });
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp';
  }

  setDescription(): Promise<void> {
    return Promise.resolve();
  }

  sendDtmf(): boolean {
    return false;
  }
}

let call: Session | undefined;

/** Dials an extension of the device whose page is at `host`; resolves when it has answered, or refused. */
async function dial(host: string, extension: string): Promise<string> {
  const agent = new UserAgent({
    uri: UserAgent.makeURI(`sip:browser@${host}`)!,
    transportOptions: { server: `ws://${host}/sip` },
    sessionDescriptionHandlerFactory: () => new PlainAudio(),
    logLevel: 'error',
  });
  await agent.start();
  const inviter = new Inviter(agent, UserAgent.makeURI(`sip:${extension}@${host}`)!);
  call = inviter;
  return new Promise((resolve, reject) => {
    inviter.stateChange.addListener((state) => {
      if (state === SessionState.Established) resolve('answered');
      if (state === SessionState.Terminated) resolve('ended');
    });
    inviter.invite().catch(reject);
  });
}

async function hangUp(): Promise<void> {
  await call?.bye();
}

Object.assign(globalThis, { phone: { dial, hangUp } });
