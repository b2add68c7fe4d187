import { statfs } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';

/** How full a disk is, in bytes. */
export interface DiskUse {
  readonly total: number;
  /** What is left for us. */
  readonly free: number;
}

/** What is asked of the machine. */
export interface Machine {
  /** Every address that others can reach. */
  addresses(): readonly string[];
  /** Of the disk that has the folder. */
  diskUse(folder: string): Promise<DiskUse>;
}

/** The machine that we run on. */
export const THIS_MACHINE: Machine = {
  addresses: () =>
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      // An address that is only good on its link is there also without a network.
      .filter(({ internal, address }) => !internal && !/^(?:fe[89ab]|169\.254\.)/i.test(address))
      .map(({ address }) => address),
  diskUse: async (folder) => {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { total: blocks * bsize, free: bavail * bsize };
  },
};
