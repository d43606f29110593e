/** RFC 3339, or a day: a time without its offset would be read in whatever zone the server has. */
const pattern = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** The moment to the millisecond, of a day its midnight in UTC; undefined when the text is none. */
export function momentOf(text: string): Date | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  // Date takes the 30th of February for the 2nd of March
  const [year, month, day] = match.slice(1, 4).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? undefined : moment;
}
