/** What stands within a message/cpim. */
interface CpimContent {
  /** In lower case; none where it is not said. */
  readonly contentType: string | undefined;
  readonly charset: string | undefined;
  readonly body: Uint8Array;
}

const CR = 0x0d;
const LF = 0x0a;

/**
 * Unwraps a message/cpim (RFC 3862): lines of the envelope, an empty line, lines on the content, an empty line, the
 * content. Who is named in the envelope is not looked at: nobody has proven it. Undefined where it is malformed.
 */
export function readCpim(message: Uint8Array): CpimContent | undefined {
  const envelope = endOfHeaders(message, 0);
  const headers = envelope === undefined ? undefined : endOfHeaders(message, envelope);
  if (headers === undefined) return undefined;
  const lines = Buffer.from(message.subarray(envelope, headers)).toString('latin1').split(/\r?\n/);
  const [type, ...parameters] = (valueOf(lines, 'content-type') ?? '').split(';').map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.toLowerCase().startsWith('charset='));
  return {
    contentType: type === undefined || type === '' ? undefined : type.toLowerCase(),
    charset: charset?.slice('charset='.length).replaceAll('"', ''),
    body: message.subarray(headers),
  };
}

/** Where the next part begins, behind an empty line; a part without any line is an empty line alone. */
function endOfHeaders(message: Uint8Array, start: number): number | undefined {
  let lineStart = start;
  for (let index = start; index < message.length; index += 1) {
    if (message[index] !== LF) continue;
    const length = index - lineStart - (message[index - 1] === CR && index > lineStart ? 1 : 0);
    if (length === 0) return index + 1;
    lineStart = index + 1;
  }
  return undefined;
}

function valueOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}
