/** Every error of the siren and light API and of the port management, with the words that its clients know. */
export const VAPIX_ERRORS = {
  1100: 'Internal error',
  1200: 'Service is not initialized',
  1201: 'Maximum number of profiles reached',
  1202: 'Requested profile is invalid',
  1203: 'Requested process id does not exist',
  1204: 'Service does not support health check',
  1205: 'Service does not support maintenance mode',
  2100: 'The API version is not supported',
  2101: 'Invalid JSON',
  2102: 'Method not supported',
  2103: 'Required parameter missing',
  2104: 'Invalid parameter value specified',
  2200: 'Requested siren pattern is invalid',
  2201: 'Requested light pattern is invalid',
  2202: 'Requested siren intensity is invalid',
  2203: 'Requested light intensity is invalid',
  2204: 'Requested siren priority is invalid',
  2205: 'Requested light priority is invalid',
  2206: 'Requested siren duration unit is invalid',
  2207: 'Requested light duration unit is invalid',
  2208: 'Requested siren duration is invalid',
  2209: 'Requested light duration is invalid',
  2210: 'Requested function type is invalid',
  2211: 'Requested number of colors is invalid',
  2212: 'Requested color is invalid',
  2213: 'Profile name is too long',
  2214: 'Description is too long',
  2215: 'Requested speed is invalid',
  4004: 'The state of an input cannot be set',
} as const;

export type VapixErrorCode = keyof typeof VAPIX_ERRORS;

/** What a method refuses a request with. `detail` says to a person what exactly is wrong. */
export class VapixError extends Error {
  readonly code: VapixErrorCode;

  constructor(code: VapixErrorCode, detail?: string) {
    super(detail === undefined ? VAPIX_ERRORS[code] : `${VAPIX_ERRORS[code]}: ${detail}`);
    this.name = 'VapixError';
    this.code = code;
  }
}
