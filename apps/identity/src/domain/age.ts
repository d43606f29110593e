/** A day of the calendar without time or zone. */
export interface CalendarDate {
  readonly year: number;
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

/**
 * Completed years of life on the UTC day of `now`; negative before birth. Who was born on 29 February completes a
 * year on 1 March where the year has no such day: never a day too early.
 */
export function ageOn(birth: CalendarDate, now: Date): number {
  const month = now.getUTCMonth() + 1;
  const day = now.getUTCDate();
  const hadBirthday = month > birth.month || (month === birth.month && day >= birth.day);
  return now.getUTCFullYear() - birth.year - (hadBirthday ? 0 : 1);
}
