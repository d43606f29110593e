import { ageOn, dayIn, parseDate, type CalendarDate } from './calendar';

const date = (text: string): CalendarDate => {
  const parsed = parseDate(text);
  if (!parsed) throw new Error(`${text} is no date`);
  return parsed;
};

describe('parseDate', () => {
  it.each(['2008-02-29', '2000-02-29', '1999-12-31', '0001-01-01'])('reads %s', (text) => {
    const { year, month, day } = date(text);
    expect([year, month, day].map((part, i) => String(part).padStart(i ? 2 : 4, '0')).join('-')).toBe(text);
  });

  it.each([
    '2007-02-29',
    '1900-02-29',
    '2008-02-30',
    '2008-13-01',
    '2008-00-10',
    '2008-04-31',
    '2008-1-1',
    '08-01-1990',
    '1990-01-01T00:00:00Z',
    '1990-01-00',
    '',
  ])('refuses %p', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});

describe('ageOn', () => {
  it.each([
    ['2008-01-31', '2026-01-30', 17],
    ['2008-01-31', '2026-01-31', 18],
    ['2008-01-31', '2026-02-01', 18],
    // born on 29 February: 2026 has no such day
    ['2008-02-29', '2026-02-28', 17],
    ['2008-02-29', '2026-03-01', 18],
    ['2008-02-29', '2028-02-28', 19],
    ['2008-02-29', '2028-02-29', 20],
    ['2026-02-01', '2026-01-31', -1],
  ])('somebody born on %s is on %s %i', (birth, today, age) => {
    expect(ageOn(date(birth), date(today))).toBe(age);
  });
});

describe('dayIn', () => {
  it.each([
    ['2026-01-30T23:59:59.999Z', 'Europe/London', '2026-01-30'],
    ['2026-06-30T22:59:59.999Z', 'Europe/London', '2026-06-30'],
    ['2026-06-30T23:00:00.000Z', 'Europe/London', '2026-07-01'],
    ['2026-01-31T04:59:59.999Z', 'America/Toronto', '2026-01-30'],
    ['2026-01-31T05:00:00.000Z', 'America/Toronto', '2026-01-31'],
    ['2026-12-31T15:00:00.000Z', 'Asia/Tokyo', '2027-01-01'],
  ])('%s is in %s the %s', (at, timeZone, today) => {
    expect(dayIn(timeZone, new Date(at))).toEqual(date(today));
  });
});
