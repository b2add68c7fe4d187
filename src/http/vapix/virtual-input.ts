import { type Request, type Response, Router } from 'express';
import { messageOf, SipsirenError } from '../../base/errors.js';
import type { Log } from '../../base/log.js';
import type { Caller } from '../../control/command.js';
import type { Control } from '../../control/control.js';
import { isOwnOrigin } from '../guards.js';

const NAMESPACE = 'http://www.axis.com/vapix/http_cgi/virtualinput1';

/** As `LOCAL_CALLER` of the API: there are no people yet. */
const CALLER: Caller = { role: 'administrator', name: 'virtualinput' };

/** What such clients know an error by. */
type ErrorCode = 10 | 20 | 30 | 40 | 50;

class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
  }
}

interface VirtualInputOptions {
  readonly control: Control;
  readonly log: Log;
}

/**
 * The virtual input API that cameras speak (VAPIX), by GET: below `/axis-cgi`. Every answer is 200 and XML, but for
 * the older `io/virtualinput.cgi`.
 */
export function virtualInputRouter({ control, log }: VirtualInputOptions): Router {
  const router = Router();
  const answering =
    (act: (query: Request['query']) => Promise<string>) =>
    async (request: Request, response: Response): Promise<void> => {
      refuseForeignPage(request);
      let content: string;
      try {
        content = `<Success>${await act(request.query)}</Success>`;
      } catch (error) {
        const { code, message } = refusalOf(error);
        if (code === 40) log.error('a request of the virtual inputs failed', { error: message });
        content = `<Error><GeneralError><ErrorCode>${code}</ErrorCode><ErrorDescription>${escaped(message)}</ErrorDescription></GeneralError></Error>`;
      }
      response.type('text/xml').send(documentOf(content));
    };
  router.get(
    '/virtualinput/activate.cgi',
    answering(async (query) => {
      const port = portOf(query);
      const duration = durationOf(query);
      const options = duration === undefined ? {} : { duration };
      const changed = await run(control, 'virtualInputs.activate', { port, options });
      return `<ActivateSuccess><StateChanged>${changed}</StateChanged></ActivateSuccess>`;
    }),
  );
  router.get(
    '/virtualinput/deactivate.cgi',
    answering(async (query) => {
      const changed = await run(control, 'virtualInputs.deactivate', { port: portOf(query) });
      return `<DeactivateSuccess><StateChanged>${changed}</StateChanged></DeactivateSuccess>`;
    }),
  );
  router.get(
    '/virtualinput/getschemaversions.cgi',
    answering(() =>
      Promise.resolve(
        '<GetSchemaVersionsSuccess><SchemaVersion><VersionNumber>1.1</VersionNumber><MajorVersion>1</MajorVersion>' +
          '<MinorVersion>1</MinorVersion><Deprecated>false</Deprecated></SchemaVersion></GetSchemaVersionsSuccess>',
      ),
    ),
  );
  router.get('/io/virtualinput.cgi', async (request, response) => {
    refuseForeignPage(request);
    await control.run('virtualInputs.play', actionOf(request.query['action']), CALLER);
    response.type('text/plain').send('OK\r\n');
  });
  return router;
}

/** These addresses change something by GET, which a page of another origin can make a browser do. */
function refuseForeignPage(request: Request): void {
  if (isOwnOrigin(request)) return;
  throw new SipsirenError('FORBIDDEN_ORIGIN', 'A web page of another origin may not change anything here.');
}

async function run(control: Control, command: string, input: unknown): Promise<boolean> {
  const { changed } = (await control.run(command, input, CALLER)) as { changed: boolean };
  return changed;
}

function portOf(query: Request['query']): number {
  const version = query['schemaversion'];
  if (version === undefined) throw new Refusal(10, 'schemaversion is missing, such as schemaversion=1');
  if (version !== '1' && version !== '1.0' && version !== '1.1') {
    throw new Refusal(30, 'the schema version is not supported; it is 1');
  }
  const port = query['port'];
  if (port === undefined) throw new Refusal(10, 'port is missing, such as port=1');
  const number = Number(port);
  if (typeof port !== 'string' || !/^\d{1,3}$/.test(port) || number < 1 || number > 64) {
    throw new Refusal(20, 'there is no such virtual input; there are 1 to 64');
  }
  return number;
}

function durationOf({ duration }: Request['query']): number | undefined {
  if (duration === undefined) return undefined;
  const seconds = Number(duration);
  if (typeof duration !== 'string' || !/^\d+(?:\.\d+)?$/.test(duration) || seconds > 2_592_000) {
    throw new Refusal(50, 'the duration is not valid; it is a number of seconds from 0 to 2592000');
  }
  return seconds;
}

/** Reads `6:/2000\`: `/` activates, `\` deactivates, a number waits so many milliseconds. Throws INVALID_VALUE. */
function actionOf(action: unknown): object {
  const [, port, states = ''] =
    /^(\d{1,3}):((?:[/\\]\d{0,7})+)$/.exec(typeof action === 'string' ? action : '') ?? [];
  if (port === undefined) {
    throw new SipsirenError('INVALID_VALUE', 'The action is missing or has the wrong form.', {
      path: 'action',
      accepted: 'the number of an input and its states, such as 6:/ or 6:/2000\\',
    });
  }
  const steps = [...states.matchAll(/([/\\])(\d*)/g)].map(([, state, wait]) => ({
    active: state === '/',
    milliseconds: Number(wait),
  }));
  return { port: Number(port), steps };
}

function refusalOf(error: unknown): { readonly code: ErrorCode; readonly message: string } {
  if (error instanceof Refusal) return error;
  return { code: 40, message: messageOf(error) };
}

function documentOf(content: string): string {
  return (
    '<?xml version="1.0" encoding="utf-8"?>\n' +
    `<VirtualInputResponse xmlns="${NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ` +
    `SchemaVersion="1.1" xsi:schemaLocation="${NAMESPACE} ${NAMESPACE}_0.xsd">${content}</VirtualInputResponse>\n`
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
