/**
 * A record while it is filled in, field by field. What every call makes is filled in so: an optional field by a
 * conditional spread costs several times as much.
 */
export type Mutable<Fields> = { -readonly [Key in keyof Fields]: Fields[Key] };
