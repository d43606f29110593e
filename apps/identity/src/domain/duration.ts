/** Parts of an ISO 8601 duration. */
interface Duration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
}

const pattern =
  /^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?$/;

function parseDuration(text: string): Duration | undefined {
  const match = text === 'P' ? null : pattern.exec(text);
  if (!match) return undefined;
  const part = (index: number) => Number(match.at(index) ?? 0);
  return {
    years: part(1),
    months: part(2),
    days: part(3) * 7 + part(4),
    seconds: (part(5) * 60 + part(6)) * 60 + part(7),
  };
}

/**
 * The moment so long after another, in UTC: months and years first, on the last day of a month that is too short for
 * the day, then the rest. Undefined when the text is no duration of ISO 8601 (whole numbers only).
 */
export function after(start: Date, duration: string): Date | undefined {
  const parts = parseDuration(duration);
  if (!parts) return undefined;
  const end = new Date(start);
  const day = end.getUTCDate();
  end.setUTCDate(1);
  end.setUTCMonth(end.getUTCMonth() + parts.months + parts.years * 12);
  const lastDay = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
  end.setUTCDate(Math.min(day, lastDay));
  return new Date(end.getTime() + parts.days * 86_400_000 + parts.seconds * 1_000);
}
