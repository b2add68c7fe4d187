/** What is wrong with a recurrence rule, for a person; undefined where nothing is. RFC 5545 section 3.3.10. */
export function problemOfRule(text: string): string | undefined {
  const seen = new Set<string>();
  for (const part of partsOf(text)) {
    const { name, value } = part;
    const problem = seen.has(name) ? `${name} stands twice` : problemOfPart(name, value);
    if (problem !== undefined) return problem;
    seen.add(name);
  }
  if (!seen.has('FREQ')) return 'FREQ is missing, such as FREQ=WEEKLY;BYDAY=MO';
  if (seen.has('COUNT') && seen.has('UNTIL')) return 'only one of COUNT and UNTIL can be given';
  return undefined;
}

/** The same rule with another UNTIL; what `change` gives for the one it has. */
export function withUntil(text: string, change: (until: string) => string): string {
  return partsOf(text)
    .map(({ name, value }) => `${name}=${name === 'UNTIL' ? change(value) : value}`)
    .join(';');
}

/** `FREQ=WEEKLY;BYDAY=MO` in capitals, without the word RRULE in front. */
export function normalRule(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '');
}

function partsOf(text: string): { readonly name: string; readonly value: string }[] {
  return text.split(';').map((part) => {
    const [name = '', value = ''] = part.split('=', 2);
    return { name, value };
  });
}

const FREQUENCIES = 'YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY';

/** The least and the greatest of the numbers; negative ones count from the end. */
const NUMBERS: Readonly<
  Record<string, { readonly from: number; readonly to: number; readonly ends?: true }>
> = {
  BYSECOND: { from: 0, to: 59 },
  BYMINUTE: { from: 0, to: 59 },
  BYHOUR: { from: 0, to: 23 },
  BYMONTHDAY: { from: 1, to: 31, ends: true },
  BYYEARDAY: { from: 1, to: 366, ends: true },
  BYWEEKNO: { from: 1, to: 53, ends: true },
  BYMONTH: { from: 1, to: 12 },
  BYSETPOS: { from: 1, to: 366, ends: true },
};

function problemOfPart(name: string, value: string): string | undefined {
  switch (name) {
    case 'FREQ':
      return FREQUENCIES.split(', ').includes(value) ? undefined : `FREQ is one of ${FREQUENCIES}`;
    case 'INTERVAL':
    case 'COUNT':
      return isNumber(value, 1, 10_000) ? undefined : `${name} is a whole number from 1 to 10000`;
    case 'UNTIL':
      return /^\d{8}(?:T\d{6}Z?)?$/.test(value) ? undefined : 'UNTIL is a date such as 20271231T235959';
    case 'WKST':
      return /^(?:MO|TU|WE|TH|FR|SA|SU)$/.test(value)
        ? undefined
        : 'WKST is one of MO, TU, WE, TH, FR, SA, SU';
    case 'BYDAY':
      return /^(?:[+-]?(?:[1-9]|[1-4]\d|5[0-3]))?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?(?:[1-9]|[1-4]\d|5[0-3]))?(?:MO|TU|WE|TH|FR|SA|SU))*$/.test(
        value,
      )
        ? undefined
        : 'BYDAY is a list such as MO,WE or 1MO,-1FR';
    default:
      return problemOfNumbers(name, value);
  }
}

function problemOfNumbers(name: string, value: string): string | undefined {
  const range = NUMBERS[name];
  if (range === undefined) return `${name === '' ? 'it' : name} is no part of a recurrence rule`;
  const { from, to, ends } = range;
  const fits = (one: string) => isNumber(ends ? one.replace(/^[+-]/, '') : one, from, to);
  return value.split(',').every(fits)
    ? undefined
    : `${name} is a list of numbers from ${from} to ${to}${ends ? ', negative from the end' : ''}`;
}

function isNumber(text: string, from: number, to: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= from && Number(text) <= to;
}
