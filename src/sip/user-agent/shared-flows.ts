import type { Target } from '../transport/flow.js';
import type { FlowKeeping } from '../transport/keep-flow.js';
import type { SipTransport } from '../transport/transport.js';

interface SharedFlow {
  readonly users: Set<FlowKeeping>;
  keeper: { close(): void } | undefined;
}

/** Keeps each flow open once, however many registrations go by it. */
export class SharedFlows {
  readonly #transport: SipTransport;
  readonly #flows = new Map<string, SharedFlow>();

  constructor(transport: SipTransport) {
    this.#transport = transport;
  }

  keep(target: Target, keeping: FlowKeeping): { close(): void } {
    const key = keyOf(target, keeping);
    const flow = this.#flows.get(key) ?? this.#open(key, target, keeping);
    flow.users.add(keeping);
    return {
      close: () => {
        if (!flow.users.delete(keeping) || flow.users.size > 0) return;
        if (this.#flows.get(key) === flow) this.#flows.delete(key);
        flow.keeper?.close();
      },
    };
  }

  #open(key: string, target: Target, { interval, mustAnswer }: FlowKeeping): SharedFlow {
    const flow: SharedFlow = { users: new Set(), keeper: undefined };
    this.#flows.set(key, flow);
    flow.keeper = this.#transport.keepFlow(target, {
      interval,
      mustAnswer,
      onLost: (error) => {
        this.#flows.delete(key);
        const users = [...flow.users];
        flow.users.clear();
        for (const user of users) user.onLost(error);
      },
    });
    return flow;
  }
}

/** Accounts with other TLS settings have connections of their own. */
function keyOf(
  { protocol, address, port, serverName, tls }: Target,
  { interval, mustAnswer = false }: FlowKeeping,
): string {
  const settings = tls === undefined ? '' : JSON.stringify(tls);
  return `${protocol} ${address} ${port} ${serverName ?? ''} ${interval} ${mustAnswer} ${settings}`;
}
