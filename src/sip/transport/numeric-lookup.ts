type LookupCallback = (error: NodeJS.ErrnoException | null, address: string, family: number) => void;

/**
 * Answers at once that an address is itself. Node looks every destination of a datagram up, and puts the
 * sending off to a later tick for it; ours are numeric always.
 */
export function numericLookup(address: string, family: unknown, callback: LookupCallback): void {
  callback(null, address, family === 6 ? 6 : 4);
}
