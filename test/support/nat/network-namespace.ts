import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** Debian's network tools are in sbin, which is not in everybody's path. */
const ENVIRONMENT = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };

/**
 * A network of its own that lives as long as the process that holds it. Root needs nothing for it; anybody else gets a
 * user namespace in which he may do the same, where the system allows that.
 */
export class NetworkNamespace {
  readonly #holder: ChildProcess;

  private constructor(holder: ChildProcess) {
    this.#holder = holder;
  }

  /** `beside`: one of the same user namespace, so that both can be joined. Default: a first one. */
  static async open(beside?: NetworkNamespace): Promise<NetworkNamespace> {
    const isOwnUser = beside === undefined && process.getuid?.() !== 0;
    const unshare = ['unshare', ...(isOwnUser ? ['-Ur'] : []), '-n'];
    const hold = [...unshare, 'sh', '-c', 'echo held; exec sleep infinity'];
    const [program = '', ...args] = beside ? beside.inside(...hold) : hold;
    const holder = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    let complaint = '';
    holder.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    const held = await Promise.race([once(holder.stdout, 'data'), once(holder, 'exit')]);
    if (!String(held[0]).includes('held')) {
      throw new Error(
        `A network namespace could not be made: run this suite as root, or allow user namespaces. ${complaint.trim()}`,
      );
    }
    const namespace = new NetworkNamespace(holder);
    await namespace.run('ip', 'link', 'set', 'lo', 'up');
    return namespace;
  }

  get pid(): number {
    return this.#holder.pid ?? 0;
  }

  /** A command line that runs another one in here. */
  inside(...command: readonly string[]): string[] {
    const user = process.getuid?.() === 0 ? [] : ['-U', '--preserve-credentials'];
    return ['nsenter', '-t', `${this.pid}`, ...user, '-n', ...command];
  }

  /** Runs a command to its end; what it prints. Throws what it complains of. */
  async run(...command: readonly string[]): Promise<string> {
    const [program = '', ...args] = this.inside(...command);
    return new Promise((resolve, reject) => {
      execFile(program, args, { env: ENVIRONMENT, timeout: 10_000 }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${command.join(' ')}: ${stderr || error.message}`));
        else resolve(stdout);
      });
    });
  }

  /** What is in it goes with it. */
  async close(): Promise<void> {
    if (this.#holder.exitCode !== null || this.#holder.signalCode !== null) return;
    const gone = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await gone;
  }
}
