/** What the process that measures asks of the one that is measured: picture times, MiB of heap in use, the end. */
export type HostRequest = 'times' | 'heap' | 'stop';

export type HostReply = 'ready' | readonly number[] | number;
