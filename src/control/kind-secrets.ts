/** A configured thing of one of several kinds, each with settings of its own. */
interface OfKind {
  readonly kind: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What has to be known of the kinds. */
interface SecretsOfKinds {
  /** The settings of a kind that are secrets. Throws, or gives none, for a kind that does not exist. */
  secretsOf(kind: string): readonly string[];
  /** Where the secrets go to. */
  destinationOf(item: OfKind): string;
}

/** Secrets are written, never read: they are shown as `hasPassword`, and kept where a client sends back what it saw. */
export class KindSecrets {
  readonly #kinds: SecretsOfKinds;

  constructor(kinds: SecretsOfKinds) {
    this.#kinds = kinds;
  }

  /** The thing as it may be shown; `hasPassword` says whether there is one. */
  shown<Item extends OfKind>(item: Item): Item {
    const secrets = this.#secretsOf(item.kind);
    const settings = Object.entries(item.settings).map(([name, value]) =>
      secrets.includes(name) ? [markOf(name), value !== ''] : [name, value],
    );
    return { ...item, settings: Object.fromEntries(settings) as Record<string, unknown> };
  }

  /** What a client sends back of what it was shown, without the marks. */
  withoutMarks(value: unknown): unknown {
    if (!isRecord(value) || !isRecord(value['settings']) || typeof value['kind'] !== 'string') return value;
    const marks = this.#secretsOf(value['kind']).map(markOf);
    // Anything but the mark that was shown is a field that does not exist, and the schema says so.
    const settings = Object.entries(value['settings']).filter(
      ([name, given]) => !(marks.includes(name) && typeof given === 'boolean'),
    );
    return { ...value, settings: Object.fromEntries(settings) };
  }

  /**
   * What a client gives, with the stored secrets where it brings none. Somewhere else they are not taken: nobody may
   * learn a secret by having it sent to himself.
   */
  withStored<Item extends OfKind>(fresh: Item, stored: Item): Item {
    if (fresh.kind !== stored.kind) return fresh;
    if (this.#kinds.destinationOf(fresh) !== this.#kinds.destinationOf(stored)) return fresh;
    const settings: Record<string, unknown> = { ...fresh.settings };
    for (const secret of this.#secretsOf(fresh.kind)) {
      if (settings[secret] === '') settings[secret] = stored.settings[secret];
    }
    return { ...fresh, settings };
  }

  #secretsOf(kind: string): readonly string[] {
    try {
      return this.#kinds.secretsOf(kind);
    } catch {
      // Of a kind that does not exist; the schema says so.
      return [];
    }
  }
}

/** `password` → `hasPassword`. */
function markOf(secret: string): string {
  return `has${secret.charAt(0).toUpperCase()}${secret.slice(1)}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
