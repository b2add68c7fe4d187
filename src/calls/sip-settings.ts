import { isIP } from 'node:net';
import { z } from 'zod';
import { CALL_LIMITS } from './limits.js';

const port = z.int().min(1024).max(65_535);

const ipAddress = z.string().refine((text) => isIP(text) !== 0 && !text.includes('%'), {
  error: 'is no IP address',
  params: { accepted: 'an IPv4 or IPv6 address' },
});

/** Audio codecs that a call can use, by their names in SDP. */
const audioCodecSchema = z.enum(['PCMU', 'PCMA']);

/** System > SIP > Settings, by the names and defaults of the manual and of vapix A.3.3. */
export const sipSettingsSchema = z.strictObject({
  /** Enable SIP: whether calls can be made and received at all. */
  enabled: z.boolean().default(false),
  /** Allow incoming calls. */
  allowIncomingCalls: z.boolean().default(false),
  /** SIP port, UDP and TCP. */
  port: port.default(5060),
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
  /** UDP-to-TCP switching of requests too large for one datagram (RFC 3261 section 18.1.1). */
  udpToTcpSwitching: z.boolean().default(true),
  /** Register with server every so many seconds. */
  registerEverySeconds: z.int().min(60).max(86_400).default(300),
  /** How many calls there may be at the same time; one more gets 503 with Retry-After. */
  maxConcurrentCalls: z.int().min(1).max(20_000).default(CALL_LIMITS.concurrentCalls),
  /** DTMF payload type of telephone-event in our offers (RFC 4733). */
  dtmfPayloadType: z.int().min(96).max(127).default(101),
});

export type SipSettings = z.infer<typeof sipSettingsSchema>;
