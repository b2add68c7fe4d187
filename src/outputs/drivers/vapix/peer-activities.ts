import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Clock } from '../../../base/clock.js';
import { PeerCapabilities } from './peer-capabilities.js';
import { isNothing, type VapixTarget } from './vapix-blocks.js';
import { METHOD_NOT_SUPPORTED, NO_SUCH_PROCESS, VapixRefusal, type VapixClient } from './vapix-client.js';
import type { VapixSettings } from './vapix-settings.js';

const FUNCTIONS = ['light', 'siren'] as const;

type Function = (typeof FUNCTIONS)[number];

/** Something that we started there. */
interface Started {
  readonly id: number;
  /** What it was started with; only a profile's name where it is one of a profile's. */
  readonly block: VapixTarget[Function] | string;
  /** By our clock. */
  readonly at: number;
  /** How many began with it. */
  readonly together: number;
}

/** One row of its status; what else it says does not matter here. */
const rowSchema = z.object({
  sirenId: z.coerce.number().optional(),
  lightId: z.coerce.number().optional(),
  pattern: z.string(),
  priority: z.coerce.number(),
  profile: z.string().optional(),
});
const statusSchema = z.object({
  light: z.array(rowSchema).default([]),
  siren: z.array(rowSchema).default([]),
});
const startedSchema = z.object({
  lightId: z.coerce.number().optional(),
  sirenId: z.coerce.number().optional(),
});

type Row = z.infer<typeof rowSchema>;

/** What we have started on another siren, and how it is brought to what it should be. */
export class PeerActivities {
  readonly #client: VapixClient;
  readonly #settings: VapixSettings;
  readonly #clock: Clock;
  readonly #started = new Map<Function, Started>();
  #capabilities: PeerCapabilities | undefined;
  /** It may have been restarted since it answered last, and its ids stand for something else. */
  #isUnsure = true;

  constructor(options: {
    readonly client: VapixClient;
    readonly settings: VapixSettings;
    readonly clock: Clock;
  }) {
    this.#client = options.client;
    this.#settings = options.settings;
    this.#clock = options.clock;
  }

  /** Starts what is missing or due to be renewed, and stops what is to end. Asks first what there is. */
  async bring(target: VapixTarget, isChange: boolean): Promise<void> {
    if (isNothing(target) && this.#started.size === 0) return;
    // An alarm waits for no question. Its end does: after a restart an id stands for somebody else's alarm.
    if (this.#isUnsure || !isChange || isNothing(target)) await this.look();
    try {
      if (target.profile === undefined) await this.#bringBlocks(target);
      else await this.#bringProfile(target.profile);
    } catch (error) {
      this.#isUnsure = true;
      if (!(error instanceof VapixRefusal)) this.#capabilities = undefined;
      throw error;
    }
  }

  /** Asks what it can do and what it does, and forgets what of ours is not there any more. */
  async look(): Promise<void> {
    this.#isUnsure = true;
    this.#capabilities ??= await this.#readCapabilities();
    const status = statusSchema.parse(await this.#client.call('getStatus'));
    for (const [name, started] of this.#started) {
      if (!status[name].some((row) => isOurs(row, name, started))) this.#started.delete(name);
    }
    this.#isUnsure = false;
  }

  async #readCapabilities(): Promise<PeerCapabilities> {
    try {
      return new PeerCapabilities(await this.#client.call('getCapabilities'));
    } catch (error) {
      if (error instanceof VapixRefusal && error.refusal === METHOD_NOT_SUPPORTED)
        return new PeerCapabilities({});
      throw error;
    }
  }

  async #bringBlocks(target: VapixTarget): Promise<void> {
    const due = FUNCTIONS.filter((name) => target[name] && !this.#stays(name, target[name]));
    const former = new Map(this.#started);
    if (due.length > 0) {
      const blocks = due.map((name) => [name, this.#blockFor(name, target)] as const);
      this.#note(await this.#client.call('start', Object.fromEntries(blocks)), due, (name) => target[name]);
    }
    await this.#stop(
      [...former].filter(([name, { id }]) => {
        const now = this.#started.get(name);
        // What had the same priority was replaced there and has ended.
        return now?.id === id
          ? !target[name]
          : priorityOf(now?.block) !== priorityOf(former.get(name)?.block);
      }),
    );
  }

  async #bringProfile(profile: string): Promise<void> {
    const others = [...this.#started].filter(([, { block }]) => block !== profile);
    const own = [...this.#started.values()].filter(({ block }) => block === profile);
    if (own.length === 0 || own.some(({ together }) => together > own.length)) {
      this.#note(await this.#client.call('start', { profile }), FUNCTIONS, () => profile);
    }
    await this.#stop(others);
  }

  /** Whether what runs there is what it should be, and needs no new lease of life yet. */
  #stays(name: Function, block: VapixTarget[Function]): boolean {
    const started = this.#started.get(name);
    if (!started || !isDeepStrictEqual(started.block, block)) return false;
    const { deadManSeconds } = this.#settings;
    return deadManSeconds === 0 || this.#clock.now() - started.at < (deadManSeconds * 1_000) / 3;
  }

  #blockFor(name: Function, { light, siren }: VapixTarget): object {
    const { deadManSeconds } = this.#settings;
    const capabilities = this.#capabilities ?? new PeerCapabilities({});
    const block = name === 'light' ? light && capabilities.light(light) : siren && capabilities.siren(siren);
    return { ...block, ...(deadManSeconds > 0 && { duration: { unit: 'seconds', value: deadManSeconds } }) };
  }

  #note(answer: unknown, names: readonly Function[], blockOf: (name: Function) => Started['block']): void {
    const ids = startedSchema.parse(answer ?? {});
    const at = this.#clock.now();
    const begun = names.flatMap((name) => {
      const id = ids[`${name}Id`];
      return id === undefined ? [] : [{ name, id }];
    });
    for (const { name, id } of begun) {
      this.#started.set(name, { id, block: blockOf(name), at, together: begun.length });
    }
  }

  async #stop(started: readonly (readonly [Function, Started])[]): Promise<void> {
    if (started.length === 0) return;
    try {
      await this.#client.call('stop', Object.fromEntries(started.map(([name, { id }]) => [`${name}Id`, id])));
    } catch (error) {
      if (!(error instanceof VapixRefusal) || error.refusal !== NO_SUCH_PROCESS) throw error;
    }
    for (const [name, { id }] of started) if (this.#started.get(name)?.id === id) this.#started.delete(name);
  }
}

/** Ids are given anew after a restart: the rest must fit, too. */
function isOurs(row: Row, name: Function, { id, block }: Started): boolean {
  if (row[`${name}Id`] !== id) return false;
  if (typeof block === 'string') return row.profile === block;
  return row.profile === undefined && block !== undefined;
}

function priorityOf(block: Started['block']): number | undefined {
  return typeof block === 'object' ? block.priority : undefined;
}
