/** A day of the calendar without time or zone. */
export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/** Reads `YYYY-MM-DD`; undefined unless that day exists in the Gregorian calendar. */
export function parseDate(text: string): CalendarDate | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  date.setUTCFullYear(year); // Date.UTC takes the years 0 to 99 for 1900 to 1999
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? { year, month, day } : undefined;
}

/** The day that the calendar shows in an IANA zone. */
export function dayIn(timeZone: string, at: Date): CalendarDate {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
  });
  const [month, day, year] = parts.format(at).split('/').map(Number) as [number, number, number];
  return { year, month, day };
}

/**
 * Completed years of life on a day; negative before birth. Who was born on 29 February completes a year on 1 March
 * where the year has no such day: never a day too early.
 */
export function ageOn(birth: CalendarDate, { year, month, day }: CalendarDate): number {
  const hadBirthday = month > birth.month || (month === birth.month && day >= birth.day);
  return year - birth.year - (hadBirthday ? 0 : 1);
}
