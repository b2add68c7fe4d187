const levels = (...possible: number[]) => ({ possible, default: possible[0] });
const powered = (low: number[], high: number[]) => ({ poeClass: { 3: levels(...low), 4: levels(...high) } });

/** What a siren on a weak power supply answers to `getCapabilities`, in names of another spelling. */
export const CAPABILITIES = {
  capabilities: {
    siren: {
      supportedPatterns: [
        {
          name: 'Siren Evac',
          intensity: powered([1, 2, 3], [1, 2, 3, 4, 5]),
          priority: levels(1, 2, 3, 4, 5),
        },
      ],
    },
    light: {
      supportedPatterns: [
        {
          name: 'alternate',
          speed: levels(1),
          colors: { minNbrColors: 2, maxNbrColors: 4, possible: ['red', 'blue'], default: ['red', 'blue'] },
          intensity: powered([1, 2], [1, 2, 3, 4, 5]),
          priority: levels(1, 2, 3, 4, 5),
        },
        {
          name: 'Steady',
          speed: levels(1),
          colors: { minNbrColors: 1, maxNbrColors: 1, possible: ['red', 'green'], default: ['green'] },
          intensity: powered([1, 2], [1, 2, 3, 4, 5]),
          priority: levels(1, 2, 3, 4, 5),
        },
      ],
    },
    poeClass: '3',
  },
};
