/** How much can be planned. */
export const SCHEDULE_LIMITS = {
  schedules: 100,
  exceptions: 500,
  extras: 100,
  holidayLists: 20,
  holidays: 500,
  /** The longest interval: a leap year. */
  days: 366,
} as const;
