/** Whose fault an error is, which decides what may be done about it. */
export type ErrorFamily =
  /** Our own bug. */
  | 'internal'
  /** A peer sent what it should not. */
  | 'peer'
  /** What a person configured or asked for cannot be. */
  | 'user'
  /** The network, the disk or another part of the world failed. */
  | 'world'
  /** Somebody took the request back. */
  | 'cancelled'
  /** Something did not happen in time. */
  | 'timeout';

interface ErrorEntry {
  readonly family: ErrorFamily;
  /** HTTP status when the error reaches an API client. */
  readonly status: number;
  /** What the code means, for docs/errors.md. */
  readonly text: string;
}

/** Every error code of the product. docs/errors.md is held against this table by a test. */
export const ERROR_TABLE = {
  INTERNAL: { family: 'internal', status: 500, text: 'Something in sipsiren itself went wrong.' },
  NOT_FOUND: { family: 'user', status: 404, text: 'What the request names does not exist.' },
  METHOD_NOT_ALLOWED: {
    family: 'user',
    status: 405,
    text: 'The address exists but does not take this method.',
  },
  CONFLICT: { family: 'user', status: 409, text: 'The change contradicts what exists already.' },
  INVALID_VALUE: {
    family: 'user',
    status: 422,
    text: 'A field is missing or has a value that is not accepted.',
  },
  INVALID_JSON: { family: 'user', status: 400, text: 'The body of the request is not JSON.' },
  BODY_TOO_LARGE: {
    family: 'user',
    status: 413,
    text: 'The body of the request is larger than the device takes.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    family: 'user',
    status: 415,
    text: 'The body of the request must be JSON in UTF-8.',
  },
  MALFORMED_REQUEST: { family: 'user', status: 400, text: 'The request cannot be understood.' },
  LIMIT_REACHED: { family: 'user', status: 409, text: 'A limit of the device is reached.' },
  FORBIDDEN: { family: 'user', status: 403, text: 'The role of whoever asks does not allow it.' },
  FORBIDDEN_ORIGIN: {
    family: 'user',
    status: 403,
    text: 'The request comes from a web page of another origin.',
  },
  NOT_SUPPORTED: { family: 'user', status: 501, text: 'This version of the device cannot do it.' },
  FOLDER_IN_USE: { family: 'world', status: 409, text: 'Another process runs on the data folder.' },
  ADDRESS_IN_USE: { family: 'world', status: 409, text: 'Another program has the port.' },
  ADDRESS_NOT_AVAILABLE: { family: 'world', status: 409, text: 'The machine does not have the address.' },
  NOT_LOOPBACK: { family: 'user', status: 422, text: 'The page and the API are offered on loopback only.' },
  CONFIG_UNREADABLE: {
    family: 'world',
    status: 500,
    text: 'The stored configuration cannot be read and there is no good copy.',
  },
  CONFIG_TOO_NEW: {
    family: 'user',
    status: 500,
    text: 'The stored configuration was written by a newer version.',
  },
  STORAGE_FAILED: { family: 'world', status: 507, text: 'Writing to the data folder failed.' },
  SIP_SYNTAX: { family: 'peer', status: 502, text: 'A SIP message is malformed.' },
  SIP_TRANSPORT: { family: 'world', status: 502, text: 'A SIP message could not be delivered.' },
  SIP_UNTRUSTED: {
    family: 'world',
    status: 502,
    text: 'A peer over TLS is not who it should be, or does not trust us.',
  },
  SIP_UNRESOLVED: { family: 'world', status: 502, text: 'No address was found for a SIP URI.' },
  SIP_STATE: {
    family: 'internal',
    status: 500,
    text: 'A SIP operation does not fit the state of its transaction or dialog.',
  },
  SIP_OVERLOAD: { family: 'world', status: 503, text: 'The SIP stack is at its limit.' },
  MEDIA_NOT_ACCEPTABLE: {
    family: 'peer',
    status: 488,
    text: 'The session description has nothing in common with the device.',
  },
  MEDIA_SYNTAX: { family: 'peer', status: 400, text: 'The session description is malformed.' },
  MEDIA_NO_PORT: { family: 'world', status: 503, text: 'No RTP port is free.' },
  SIP_DISABLED: { family: 'user', status: 409, text: 'SIP is turned off in the settings.' },
  OUTPUT_FAILED: {
    family: 'world',
    status: 502,
    text: 'An output cannot be reached, or does not take what it is given.',
  },
  NETWORK_FAILED: {
    family: 'world',
    status: 502,
    text: 'A server on the network cannot be reached, or breaks off.',
  },
  DELIVERY_FAILED: {
    family: 'world',
    status: 502,
    text: 'A recipient did not take a notification; it may later.',
  },
  DELIVERY_REFUSED: {
    family: 'world',
    status: 502,
    text: 'A recipient refuses a notification for good.',
  },
  PROGRAM_MISSING: {
    family: 'world',
    status: 503,
    text: 'A program of the system that this needs is not installed.',
  },
  PROGRAM_FAILED: {
    family: 'world',
    status: 502,
    text: 'A program of the system did not do what it was run for.',
  },
  TIMEOUT: { family: 'timeout', status: 504, text: 'Something did not answer in time.' },
  CANCELLED: { family: 'cancelled', status: 499, text: 'The request was taken back.' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;
