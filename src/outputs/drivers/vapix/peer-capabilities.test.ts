import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES } from '../../../../test/support/vapix-capabilities.js';
import { PeerCapabilities } from './peer-capabilities.js';
import type { LightBlock } from './vapix-blocks.js';

const light: LightBlock = {
  pattern: 'Alternate',
  speed: 2,
  colors: ['amber', 'red'],
  intensity: 5,
  priority: 9,
};
const siren = { pattern: 'Siren: Evac', intensity: 5, priority: 9 };

describe('What another siren is given', () => {
  it('is what is shown here, where it says nothing of what it can', () => {
    for (const answer of [undefined, 'no', {}, { capabilities: { light: { supportedPatterns: [] } } }]) {
      const peer = new PeerCapabilities(answer);
      expect([peer.light(light), peer.siren(siren)]).toEqual([light, siren]);
    }
  });

  it('keeps to its colours, speeds, priorities, and the intensities that its power allows', () => {
    const peer = new PeerCapabilities(CAPABILITIES);
    expect(peer.light(light)).toEqual({
      ...{ pattern: 'alternate', speed: 1, colors: ['red', 'blue'], intensity: 2, priority: 5 },
    });
    expect(peer.siren(siren)).toEqual({ pattern: 'Siren Evac', intensity: 3, priority: 5 });
  });

  it('is alight and loud where it lacks the pattern', () => {
    const peer = new PeerCapabilities(CAPABILITIES);
    expect(peer.light({ ...light, pattern: 'Pulse', colors: [] })).toMatchObject({
      ...{ pattern: 'Steady', speed: 1, colors: ['green'] },
    });
    expect(peer.siren({ ...siren, pattern: 'Alarm: Bird' })).toMatchObject({ pattern: 'Siren Evac' });
  });
});
