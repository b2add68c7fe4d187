import { execFileSync } from 'node:child_process';

let made = 0;

/** One end of a cable: a network namespace of its own with one interface. */
export interface CableEnd {
  readonly namespace: string;
  readonly address: string;
  /** What a command begins with that runs there. */
  readonly through: readonly string[];
}

const INTERFACE = 'cable0';

/** Two network namespaces with a cable between them that can be pulled out; nothing else is to be reached from them. */
export class NetworkCable {
  readonly interface = INTERFACE;
  readonly near: CableEnd;
  readonly far: CableEnd;

  constructor() {
    const id = `${process.pid}-${++made}`;
    this.near = end(`siren-near-${id}`, '10.71.0.1');
    this.far = end(`siren-far-${id}`, '10.71.0.2');
    for (const { namespace } of [this.near, this.far]) ip('netns', 'add', namespace);
    const pair = ['type', 'veth', 'peer', 'name', INTERFACE, 'netns', this.far.namespace];
    ip('-n', this.near.namespace, 'link', 'add', INTERFACE, ...pair);
    for (const { namespace, address } of [this.near, this.far]) {
      ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', INTERFACE);
      for (const name of ['lo', INTERFACE]) ip('-n', namespace, 'link', 'set', name, 'up');
    }
  }

  /** Pulls the cable out of the far end, or puts it in again. */
  plug(state: 'up' | 'down'): void {
    ip('-n', this.far.namespace, 'link', 'set', INTERFACE, state);
  }

  close(): void {
    for (const { namespace } of [this.near, this.far]) ip('netns', 'del', namespace);
  }
}

function end(namespace: string, address: string): CableEnd {
  return { namespace, address, through: [...privilege(), 'ip', 'netns', 'exec', namespace] };
}

function ip(...args: string[]): void {
  const [program = '', ...rest] = [...privilege(), 'ip', ...args];
  execFileSync(program, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Namespaces are the administrator's. */
function privilege(): string[] {
  return process.getuid?.() === 0 ? [] : ['sudo', '-n'];
}
