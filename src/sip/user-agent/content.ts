/** Header lines to add to a message, in order: `[['Alert-Info', '<urn:alert:…>']]`. */
export type HeaderLines = Iterable<readonly [name: string, value: string]>;

/** What a message may carry besides what the protocol writes by itself. */
export type MessageContent = {
  readonly headers?: HeaderLines;
  readonly body?: string | Uint8Array;
  /** Default where there is a body: `application/sdp`. */
  readonly contentType?: string;
};

/** What a response may carry. */
export type ResponseContent = MessageContent & {
  /** The reason phrase. Default: the usual one of the status. */
  readonly reason?: string;
};

const NO_LINES: HeaderLines = [];

/** The body in octets; undefined where there is none. */
export function bodyOf(content: MessageContent): Uint8Array | undefined {
  return typeof content.body === 'string' ? Buffer.from(content.body) : content.body;
}

/** The header lines, with the Content-Type of the body. */
export function linesOf(content: MessageContent): HeaderLines {
  if (content.body === undefined) return content.headers ?? NO_LINES;
  return [...(content.headers ?? NO_LINES), ['Content-Type', content.contentType ?? 'application/sdp']];
}
