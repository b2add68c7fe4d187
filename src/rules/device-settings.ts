import { z } from 'zod';

/** Who the device is and where: the section `device`. */
export const deviceSettingsSchema = z.strictObject({
  /** What people and messages call it. */
  name: z
    .string()
    .trim()
    .min(1, 'Give the device a name.')
    .max(64)
    .regex(/^\P{Cc}*$/u, 'one line')
    .default('sipsiren'),
  /** The IANA name of its time zone, `Europe/Berlin`; empty is that of the machine. */
  timeZone: z
    .string()
    .trim()
    .max(64)
    .refine((name) => name === '' || isTimeZone(name), {
      error: 'is no time zone',
      params: { accepted: 'an IANA name such as Europe/Berlin or UTC, or nothing for that of the machine' },
    })
    .default(''),
});

export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;

/** The time zone that counts: the one that is set, or the machine's. */
export function timeZoneOf({ timeZone }: Pick<DeviceSettings, 'timeZone'>): string {
  return timeZone === '' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : timeZone;
}

function isTimeZone(name: string): boolean {
  // An offset such as +01:00 knows no daylight saving time.
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch (_noSuchZone) {
    return false;
  }
}
