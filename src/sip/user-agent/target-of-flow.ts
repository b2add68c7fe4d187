import type { Flow, Target } from '../transport/flow.js';

/** The peer at the other end of a flow, reached by that flow where it is a connection. */
export function targetOfFlow(flow: Flow): Target {
  const { protocol, remote } = flow;
  return { protocol, address: remote.address, port: remote.port, ...(flow.reliable ? { flow } : {}) };
}

/** The way back by the flow that a dialog began with; none where that is closed. */
export function wayBackBy(flow: Flow | undefined): Target | undefined {
  return flow?.isOpen === true ? { ...targetOfFlow(flow), flow } : undefined;
}
