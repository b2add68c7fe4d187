import { NetworkNamespace } from './network-namespace.js';

/** How long the router remembers who asked for what over UDP, in seconds; real ones take 30 and more. */
const REMEMBERED_SECONDS = 2;

const RULES = `
table ip nat {
  chain out { type nat hook postrouting priority 100; oifname "outer" masquerade; }
}
table ip watch {
  counter kept { }
  chain through { type filter hook forward priority 0; ip protocol udp udp dport 5060 counter name kept; }
}
`;

/** The wide world, a router that translates addresses, and a network behind it. */
export class TranslatedNetwork {
  static readonly OUTSIDE = '203.0.113.1';
  /** What the world sees of everybody inside. */
  static readonly ROUTER = '203.0.113.2';
  static readonly INSIDE = '10.9.0.2';
  readonly outside: NetworkNamespace;
  readonly inside: NetworkNamespace;
  readonly #router: NetworkNamespace;

  private constructor(outside: NetworkNamespace, router: NetworkNamespace, inside: NetworkNamespace) {
    this.outside = outside;
    this.#router = router;
    this.inside = inside;
  }

  static async open(): Promise<TranslatedNetwork> {
    const outside = await NetworkNamespace.open();
    const router = await NetworkNamespace.open(outside);
    const inside = await NetworkNamespace.open(outside);
    const network = new TranslatedNetwork(outside, router, inside);
    try {
      await network.#join();
      return network;
    } catch (error) {
      await network.close();
      throw error;
    }
  }

  /** SIP datagrams that have gone out through the router: requests, answers, and what only keeps the way open. */
  async sentOut(): Promise<number> {
    const text = await this.#router.run('nft', 'list', 'counter', 'ip', 'watch', 'kept');
    return Number(/packets (\d+)/.exec(text)?.[1]);
  }

  async close(): Promise<void> {
    await Promise.all([this.inside.close(), this.#router.close(), this.outside.close()]);
  }

  async #join(): Promise<void> {
    const { OUTSIDE, ROUTER, INSIDE } = TranslatedNetwork;
    await this.#cable([this.outside, 'world', `${OUTSIDE}/24`], [this.#router, 'outer', `${ROUTER}/24`]);
    await this.#cable([this.inside, 'lan', `${INSIDE}/24`], [this.#router, 'inner', '10.9.0.1/24']);
    await this.inside.run('ip', 'route', 'add', 'default', 'via', '10.9.0.1');
    await this.#router.run('nft', RULES);
    const settings = ['net/ipv4/ip_forward', 'net/netfilter/nf_conntrack_udp_timeout'];
    const values = [1, REMEMBERED_SECONDS, REMEMBERED_SECONDS];
    for (const [index, name] of [...settings, 'net/netfilter/nf_conntrack_udp_timeout_stream'].entries()) {
      await this.#router.run('sh', '-c', `echo ${values[index]} > /proc/sys/${name}`);
    }
  }

  async #cable(one: Plug, other: Plug): Promise<void> {
    const [namespace, name] = one;
    const peer = ['peer', 'name', other[1], 'netns', `${other[0].pid}`];
    await namespace.run('ip', 'link', 'add', name, 'type', 'veth', ...peer);
    for (const [at, link, address] of [one, other]) {
      await at.run('ip', 'address', 'add', address, 'dev', link);
      await at.run('ip', 'link', 'set', link, 'up');
    }
  }
}

/** A namespace, the name of the link in it, its address. */
type Plug = readonly [NetworkNamespace, string, string];
