import { Client, FTPContext } from 'basic-ftp';

/** The longest line of a server that is waited for, in characters. */
const LONGEST_LINE = 65_536;

/**
 * What the library knows of a connection, and two things that it does not care for: a line of the server that comes in
 * pieces is no line until it is whole, and somebody may want to know that the connection is gone.
 */
class LineContext extends FTPContext {
  /** Rejects when the connection is closed, by whichever side. */
  readonly lost: Promise<never>;
  #lose: (error: Error) => void = () => undefined;
  #partial = '';

  constructor() {
    super(0);
    this.lost = new Promise((_resolve, reject) => {
      this.#lose = reject;
    });
    this.lost.catch(() => undefined);
  }

  /** What was said in the clear must not count as said over TLS. */
  forgetPartialLine(): void {
    this.#partial = '';
  }

  override closeWithError(error: Error): void {
    super.closeWithError(error);
    this.#lose(error);
  }

  protected override _onControlSocketData(chunk: string): void {
    const text = this.#partial + chunk;
    const end = text.lastIndexOf('\n') + 1;
    this.#partial = text.slice(end);
    if (this.#partial.length > LONGEST_LINE) {
      this.#partial = '';
      return this.closeWithError(new Error('the server says a line without end'));
    }
    if (end > 0) super._onControlSocketData(text.slice(0, end));
  }
}

/** A client of its own for each delivery; `signal` of the delivery ends it, not a timeout. */
export class FtpClient extends Client {
  override readonly ftp = new LineContext();

  /** The library does not notice everywhere that the connection is gone, such as while TLS is being agreed on. */
  async whileConnected(work: () => Promise<void>): Promise<void> {
    const worked = work();
    worked.catch(() => undefined);
    await Promise.race([worked, this.ftp.lost]);
  }

  override async useTLS(...options: Parameters<Client['useTLS']>): ReturnType<Client['useTLS']> {
    const response = await super.useTLS(...options);
    this.ftp.forgetPartialLine();
    return response;
  }
}
