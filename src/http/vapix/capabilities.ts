import { LIGHT_CAPABILITIES, LIGHT_INTENSITIES } from '../../patterns/light-capabilities.js';
import { SOUND_PATTERNS } from '../../patterns/sound/index.js';
import { MAX_PRIORITY } from '../../siren/limits.js';

/** Our own outputs are not fed by Ethernet: the device says that it has the power of the stronger class. */
const POE_CLASS = '4';

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1);

const PRIORITY = { possible: upTo(MAX_PRIORITY), default: 3 };

/** How strong a pattern may be, by the power that a device has; clients read the class that `poeClass` names. */
const LIGHT_INTENSITY = {
  poeClass: {
    3: { possible: upTo(2), default: 2 },
    4: { possible: [...LIGHT_INTENSITIES.possible], default: LIGHT_INTENSITIES.default },
  },
};
const SIREN_INTENSITY = {
  poeClass: { 3: { possible: upTo(3), default: 1 }, 4: { possible: upTo(5), default: 2 } },
};

/** The answer of `getCapabilities`, from the same tables that validate profiles. */
export const CAPABILITIES = {
  siren: {
    supportedPatterns: SOUND_PATTERNS.map(({ name }) => ({
      name,
      intensity: SIREN_INTENSITY,
      priority: PRIORITY,
    })),
  },
  light: {
    supportedPatterns: LIGHT_CAPABILITIES.map(({ name, speeds, defaultSpeed, colors }) => ({
      name,
      speed: { possible: speeds, default: defaultSpeed },
      colors: {
        minNbrColors: colors.min,
        maxNbrColors: colors.max,
        possible: colors.allowed,
        default: colors.default,
      },
      intensity: LIGHT_INTENSITY,
      priority: PRIORITY,
    })),
  },
  healthCheckSupport: true,
  maintenanceModeSupport: true,
  poeClass: POE_CLASS,
};
