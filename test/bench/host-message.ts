/** The first picture of an activity that a call started. */
export interface SeenPicture {
  /** Milliseconds of the machine's clock. */
  readonly at: number;
  /** The SIP URI of who called. */
  readonly caller: string;
}

/** What the process that measures asks of the one that is measured: its pictures, its MiB of heap, its end. */
export type HostRequest = 'pictures' | 'heap' | 'stop';

export type HostReply = 'ready' | readonly SeenPicture[] | number;
