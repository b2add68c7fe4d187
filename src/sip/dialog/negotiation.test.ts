import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Negotiation } from './negotiation.js';

const ACTS = ['weOffer', 'theyOffer', 'answer', 'refuse'] as const;

describe('A negotiation', () => {
  it('agrees on our offer and their answer, and on theirs and ours', () => {
    const negotiation = new Negotiation();
    negotiation.weOffer('a');
    expect([negotiation.open, negotiation.local]).toEqual(['ours', undefined]);
    negotiation.answer('b');
    expect([negotiation.open, negotiation.local, negotiation.remote]).toEqual([undefined, 'a', 'b']);
    negotiation.theyOffer('c');
    negotiation.answer('d');
    expect([negotiation.local, negotiation.remote]).toEqual(['d', 'c']);
  });

  it('keeps what was agreed when an offer is refused', () => {
    const negotiation = new Negotiation();
    negotiation.weOffer('a');
    negotiation.answer('b');
    negotiation.theyOffer('c');
    negotiation.refuse();
    negotiation.answer('nobody asked');
    expect([negotiation.open, negotiation.local, negotiation.remote]).toEqual([undefined, 'a', 'b']);
  });

  it('never has one description without the other, and changes them only by an answer to an open offer', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...ACTS), { maxLength: 30 }), (acts) => {
        const negotiation = new Negotiation();
        acts.forEach((act, index) => {
          const { open, local, remote } = negotiation;
          negotiation[act](`description ${index}`);
          const isAnswered = act === 'answer' && open !== undefined;
          if (!isAnswered) expect([negotiation.local, negotiation.remote]).toEqual([local, remote]);
          expect(negotiation.local === undefined).toBe(negotiation.remote === undefined);
          if (act === 'answer' || act === 'refuse') expect(negotiation.open).toBeUndefined();
        });
      }),
    );
  });
});
