import { isIP } from 'node:net';
import { z } from 'zod';
import { CALL_LIMITS } from './limits.js';

const port = z.int().min(1024).max(65_535);

const ipAddress = z.string().refine((text) => isIP(text) !== 0 && !text.includes('%'), {
  error: 'is no IP address',
  params: { accepted: 'an IPv4 or IPv6 address' },
});

/** Audio codecs that a call can use, by their names in SDP. */
const audioCodecSchema = z.enum(['PCMU', 'PCMA', 'G722', 'opus', 'L16']);

/** An IPv4 or IPv6 address, or a block of them: `192.0.2.0/24`. */
const addressBlock = z.string().refine(isAddressBlock, {
  error: 'is no address and no block of addresses',
  params: { accepted: 'an IP address, or a block such as 192.0.2.0/24' },
});

/** System > SIP > Settings, by the names and defaults of the manual and of vapix A.3.3. */
export const sipSettingsSchema = z
  .strictObject({
    /** Enable SIP: whether calls can be made and received at all. */
    enabled: z.boolean().default(false),
    /** Allow incoming calls. */
    allowIncomingCalls: z.boolean().default(false),
    /** SIP port, UDP and TCP. */
    port: port.default(5060),
    /** TLS port: SIP over TLS. */
    tlsPort: port.default(5061),
    /**
     * What callers over TLS must show: nothing, a certificate if they have one, or one that an authority in the
     * list of trusted ones has signed.
     */
    tlsClientCertificate: z.enum(['none', 'request', 'require']).default('none'),
    /** The certificate that the TLS port shows, by its id; empty means the device's default one. */
    tlsCertificate: z.string().max(64).default(''),
    /** Lowest version of TLS on the TLS port. */
    tlsVersion: z.enum(['automatic', '1.2', '1.3']).default('automatic'),
    /** Whether browsers can call over the page's own port, by WebSocket (RFC 7118). */
    webSocket: z.boolean().default(true),
    /** The addresses to listen on; empty means every address of the machine. */
    addresses: z.array(ipAddress).max(16).default([]),
    /** RTP start port: the first of the ports used for media. */
    rtpStartPort: port.default(4000),
    /** Calling timeout in seconds: how long an attempted call may go unanswered. */
    callingTimeoutSeconds: z.int().min(1).max(600).default(60),
    /** Audio codec priority, best first. */
    audioCodecs: z
      .array(audioCodecSchema)
      .min(1)
      .refine((codecs) => new Set(codecs).size === codecs.length, 'each codec once')
      .default(['PCMU', 'PCMA']),
    /** Audio direction, seen from the device. */
    audioDirection: z.enum(['sendrecv', 'sendonly', 'recvonly']).default('sendrecv'),
    /** Incoming call duration in seconds: an incoming call that has lasted so long is ended. */
    incomingCallDurationSeconds: z
      .int()
      .min(1)
      .max(CALL_LIMITS.incomingCallDurationSeconds)
      .default(CALL_LIMITS.incomingCallDurationSeconds),
    /** End calls after so many seconds, in either direction; null is the manual's infinite call duration. */
    endCallsAfterSeconds: z.int().min(1).max(CALL_LIMITS.callDurationSeconds).nullable().default(null),
    /**
     * How long a call's audio may be silent, RTP and RTCP, before the peer is asked whether it is still there; 0
     * turns that off. Silence alone ends no call: a PBX may send nothing for as long as it likes.
     */
    rtpSilenceSeconds: z.int().min(0).max(3_600).default(30),
    /** Session timers (RFC 4028): whether a call whose peer has vanished is found by refreshing it. */
    sessionTimers: z.enum(['off', 'supported', 'required']).default('supported'),
    /** How long a session lasts without a refresh, in seconds. */
    sessionExpiresSeconds: z.int().min(90).max(86_400).default(1_800),
    /** The shortest session that a peer may ask for, in seconds. */
    minSessionExpiresSeconds: z.int().min(90).max(3_600).default(90),
    /** Reliable provisional responses (RFC 3262). */
    reliableProvisional: z.enum(['off', 'supported', 'required']).default('supported'),
    /** UDP-to-TCP switching of requests too large for one datagram (RFC 3261 section 18.1.1). */
    udpToTcpSwitching: z.boolean().default(true),
    /** Allow Via rewrite: keeps our own local address in Via, instead of the public one that a router shows. */
    allowViaRewrite: z.boolean().default(false),
    /** Allow Contact rewrite: the same for Contact. */
    allowContactRewrite: z.boolean().default(false),
    /** Max retransmissions: how often in a row a server that does not answer is tried; 0 means for ever. */
    maxRetransmissions: z.int().min(0).max(1_000).default(0),
    /** Seconds until failback: how long an account stays with its secondary server before the primary is tried again. */
    secondsUntilFailback: z.int().min(5).max(86_400).default(300),
    /** Servers besides those of the accounts whose P-Asserted-Identity, Privacy and Diversion are believed. */
    trustedServers: z.array(addressBlock).max(64).default([]),
    /** Register with server every so many seconds. */
    registerEverySeconds: z.int().min(60).max(86_400).default(300),
    /** How many calls there may be at the same time; one more gets 503 with Retry-After. */
    maxConcurrentCalls: z.int().min(1).max(20_000).default(CALL_LIMITS.concurrentCalls),
    /** DTMF payload type of telephone-event in our offers (RFC 4733). */
    dtmfPayloadType: z.int().min(96).max(127).default(101),
  })
  .superRefine((settings, context) => {
    for (const { path, message } of contradictionsIn(settings)) {
      context.addIssue({ code: 'custom', path: [path], message });
    }
  });

export type SipSettings = z.infer<typeof sipSettingsSchema>;

/** What two settings say against each other; each with the one that a person would change. */
function contradictionsIn(settings: {
  readonly port: number;
  readonly tlsPort: number;
  readonly sessionExpiresSeconds: number;
  readonly minSessionExpiresSeconds: number;
}): { readonly path: string; readonly message: string }[] {
  const found: { path: string; message: string }[] = [];
  if (settings.tlsPort === settings.port) {
    found.push({ path: 'tlsPort', message: `is the SIP port ${settings.port}; TLS needs a port of its own` });
  }
  if (settings.minSessionExpiresSeconds > settings.sessionExpiresSeconds) {
    found.push({
      path: 'minSessionExpiresSeconds',
      message: `is longer than sessionExpiresSeconds, ${settings.sessionExpiresSeconds}`,
    });
  }
  return found;
}

function isAddressBlock(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
