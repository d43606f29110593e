import { ageOn, parseDate, type CalendarDate } from './age';

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
    ['2008-01-31', '2026-01-30T23:59:59.999Z', 17],
    ['2008-01-31', '2026-01-31T00:00:00.000Z', 18],
    ['2008-01-31', '2026-02-01T00:00:00.000Z', 18],
    // born on 29 February: 2026 has no such day
    ['2008-02-29', '2026-02-28T23:59:59.999Z', 17],
    ['2008-02-29', '2026-03-01T00:00:00.000Z', 18],
    ['2008-02-29', '2028-02-28T23:59:59.999Z', 19],
    ['2008-02-29', '2028-02-29T00:00:00.000Z', 20],
    ['2026-02-01', '2026-01-31T00:00:00.000Z', -1],
  ])('somebody born on %s is at %s %i', (birth, now, age) => {
    expect(ageOn(date(birth), new Date(now))).toBe(age);
  });

  it('counts UTC days wherever the process runs', () => {
    expect(ageOn(date('2008-01-31'), new Date('2026-01-31T01:00:00+02:00'))).toBe(17);
  });
});
