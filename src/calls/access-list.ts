import {
  blockKey,
  comparableAddress,
  isInBlock,
  type AddressBlock,
  type ComparableAddress,
} from './access-list-address.js';
import type { AccessListEntry, AccessListSettings } from './access-list-settings.js';
import { readAccessSource, type AccessSource } from './access-list-source.js';
import { parsedUri, userOf } from './parsed-address.js';

/** Who calls, or sends anything else that asks for access. */
export interface AccessFacts {
  /** The numeric address the packet came from, never what a header claims. */
  readonly sourceAddress: string;
  /** The caller's SIP address: what it claims in From, or what a trusted server says in its place. */
  readonly callerUri: string;
  readonly callerName: string | undefined;
}

/** Whether a caller may come in, with the entry that decided and the reason as data. */
export type AccessDecision =
  | { readonly allowed: true; readonly reason: 'off' | 'notBlocked' }
  | { readonly allowed: true; readonly reason: 'allowed'; readonly entry: AccessListEntry }
  | { readonly allowed: false; readonly reason: 'notAllowed'; readonly detail: string }
  | {
      readonly allowed: false;
      readonly reason: 'blocked';
      readonly entry: AccessListEntry;
      readonly detail: string;
    };

const OFF: AccessDecision = { allowed: true, reason: 'off' };
const NOT_BLOCKED: AccessDecision = { allowed: true, reason: 'notBlocked' };

type Server = Extract<AccessSource, { kind: 'address' | 'name' }>;
type Caller = Extract<AccessSource, { kind: 'callerId' | 'displayName' }>;

interface CallerEntry {
  readonly index: number;
  readonly caller: Caller;
  readonly server: Server | undefined;
}

/** Blocks of one size: each by the leading bits that its addresses share. */
interface BlocksOfSize {
  readonly family: 4 | 6;
  readonly bits: number;
  readonly indexes: Map<number | string, number>;
}

const NO_CALLERS: readonly CallerEntry[] = [];

/**
 * The access list, compiled: addresses and exact users are found by key, so that the time a decision takes does not
 * grow with the list. `decide` is pure but for the addresses that names stand for, which are told to it.
 */
export class AccessList {
  readonly settings: AccessListSettings;
  readonly #blocks: BlocksOfSize[] = [];
  readonly #byUser = new Map<string, CallerEntry[]>();
  readonly #patterns: CallerEntry[] = [];
  /** The first entry that is the server of this name. */
  readonly #serverNames = new Map<string, number>();
  readonly #names = new Set<string>();
  readonly #addressesOf = new Map<string, ReadonlySet<number | string>>();

  constructor(settings: AccessListSettings) {
    this.settings = settings;
    settings.sources.forEach((entry, index) => this.#compile(entry, index));
  }

  /** The host names that must be looked up. */
  get names(): ReadonlySet<string> {
    return this.#names;
  }

  /** Tells which addresses a name stands for now. */
  setAddresses(name: string, addresses: readonly string[]): void {
    const keys = addresses.map(comparableAddress).filter((address) => address !== undefined);
    this.#addressesOf.set(name, new Set(keys.map(wholeKey)));
  }

  /** Decides on a caller; checked before anything rings. */
  decide(facts: AccessFacts): AccessDecision {
    const { enabled, policy, sources } = this.settings;
    if (!enabled) return OFF;
    const entry = sources[this.#find(facts)];
    if (policy === 'allow') {
      if (entry !== undefined) return { allowed: true, reason: 'allowed', entry };
      const detail =
        sources.length === 0
          ? 'the access list allows nobody: it is empty'
          : 'the caller is not in the access list';
      return { allowed: false, reason: 'notAllowed', detail };
    }
    if (entry === undefined) return NOT_BLOCKED;
    return { allowed: false, reason: 'blocked', entry, detail: `the access list blocks ${nameOf(entry)}` };
  }

  /** The place of the first entry that the caller is, or the length of the list. */
  #find(facts: AccessFacts): number {
    const none = this.settings.sources.length;
    const address = comparableAddress(facts.sourceAddress);
    const byAddress = address === undefined ? none : this.#findServer(address, none);
    if (this.#byUser.size === 0 && this.#patterns.length === 0) return byAddress;
    return this.#findCaller(facts, address, byAddress);
  }

  #findServer(address: ComparableAddress, none: number): number {
    let first = none;
    for (const { family, bits, indexes } of this.#blocks) {
      if (family !== address.family) continue;
      first = Math.min(first, indexes.get(blockKey(address, bits)) ?? none);
    }
    for (const [name, index] of this.#serverNames) {
      if (index < first && this.#addressesOf.get(name)?.has(wholeKey(address))) first = index;
    }
    return first;
  }

  #findCaller(facts: AccessFacts, address: ComparableAddress | undefined, before: number): number {
    const user = userOf(facts.callerUri)?.toLowerCase();
    const uri = parsedUri(facts.callerUri);
    const host = uri?.kind === 'sip' ? uri.host.toLowerCase() : undefined;
    const name = facts.callerName?.toLowerCase();
    let first = before;
    for (const list of [
      user === undefined ? NO_CALLERS : (this.#byUser.get(user) ?? NO_CALLERS),
      this.#patterns,
    ]) {
      for (const { index, caller, server } of list) {
        if (index >= first || !isCaller(caller, { user, host, name })) continue;
        if (server === undefined || this.#isServer(server, address)) first = index;
      }
    }
    return first;
  }

  #isServer(server: Server, address: ComparableAddress | undefined): boolean {
    if (address === undefined) return false;
    if (server.kind === 'address') return isInBlock(address, server.block);
    return this.#addressesOf.get(server.name)?.has(wholeKey(address)) ?? false;
  }

  #compile(entry: AccessListEntry, index: number): void {
    const read = readAccessSource(entry.source);
    if (!read.ok) return;
    const { source } = read;
    if (source.kind === 'address') return this.#addBlock(source.block, index);
    if (source.kind === 'name') {
      this.#names.add(source.name);
      if (!this.#serverNames.has(source.name)) this.#serverNames.set(source.name, index);
      return;
    }
    this.#addCaller({ index, caller: source, server: this.#serverOf(entry) });
  }

  #serverOf(entry: AccessListEntry): Server | undefined {
    const read = entry.server === '' ? undefined : readAccessSource(entry.server);
    if (!read?.ok || (read.source.kind !== 'address' && read.source.kind !== 'name')) return undefined;
    if (read.source.kind === 'name') this.#names.add(read.source.name);
    return read.source;
  }

  #addBlock({ address, bits }: AddressBlock, index: number): void {
    let size = this.#blocks.find((one) => one.family === address.family && one.bits === bits);
    if (size === undefined) this.#blocks.push((size = { family: address.family, bits, indexes: new Map() }));
    const key = blockKey(address, bits);
    if (!size.indexes.has(key)) size.indexes.set(key, index);
  }

  #addCaller(entry: CallerEntry): void {
    const user = entry.caller.kind === 'callerId' ? entry.caller.user.exact : undefined;
    if (user === undefined) {
      this.#patterns.push(entry);
      return;
    }
    const known = this.#byUser.get(user);
    if (known === undefined) this.#byUser.set(user, [entry]);
    else known.push(entry);
  }
}

/** What the list needs of a caller's identity, in small letters. */
interface CallerTexts {
  readonly user: string | undefined;
  readonly host: string | undefined;
  readonly name: string | undefined;
}

function isCaller(caller: Caller, { user, host, name }: CallerTexts): boolean {
  if (caller.kind === 'displayName') return name !== undefined && caller.name.matches(name);
  // An address without a user is that of nobody: only a source that takes every user fits it.
  if (!caller.user.matches(user ?? '')) return false;
  return caller.host === undefined || (host !== undefined && caller.host.matches(host));
}

function wholeKey(address: ComparableAddress): number | string {
  return blockKey(address, address.family === 4 ? 32 : 128);
}

function nameOf({ source, server, description }: AccessListEntry): string {
  const from = server === '' ? '' : ` from ${server}`;
  return `${source}${from}${description === '' ? '' : ` (${description})`}`;
}
