import { isEmail, normaliseEmail, normaliseName, normalisePhone } from './normalise';

describe('isEmail', () => {
  it.each([
    'a@b.co',
    'ada+casino@example.com',
    "o'hara@mail.example.ie",
    'x_y@sub.example.xn--p1ai',
    `${'a'.repeat(64)}@example.com`,
  ])('takes %s', (email) => {
    expect(isEmail(email)).toBe(true);
  });

  it.each([
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@example..com',
    '.ada@example.com',
    'a..da@example.com',
    'ada@-example.com',
    'ada@example.c',
    'ada@example.123',
    'ada lovelace@example.com',
    'ada@exa mple.com',
    'ada@b@example.com',
    'ada@example.com\n',
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
  ])('refuses %p', (email) => {
    expect(isEmail(email)).toBe(false);
  });
});

describe('normaliseEmail', () => {
  it('sees through case, spaces and full-width letters', () => {
    expect(normaliseEmail(' ＡDA@Example.COM ')).toBe('ada@example.com');
  });
});

describe('normalisePhone', () => {
  it.each([
    ['+35621234567', '+35621234567'],
    ['+356 2123 4567', '+35621234567'],
    ['+44 (20) 7946-0958', '+442079460958'],
    ['35621234567', undefined],
    ['+0356212345', undefined],
    ['+356', undefined],
    ['+3562123456789012', undefined],
    ['+356abc4567', undefined],
  ])('%s is %s', (text, phone) => {
    expect(normalisePhone(text)).toBe(phone);
  });
});

type Name = [string, string];

describe('normaliseName', () => {
  it.each<[Name, Name]>([
    [
      ['Jürgen', 'Müller'],
      ['JUERGEN', 'Mueller'],
    ],
    [
      ['Jürgen', 'Müller'],
      ['Jurgen', 'Muller'],
    ],
    [
      ['José', 'Núñez'],
      ['Jose', 'Nunez'],
    ],
    [
      ['Łukasz', 'Żak'],
      ['Lukasz', 'Zak'],
    ],
    [
      ['Søren', 'Ærø'],
      ['Soren', 'Aero'],
    ],
    [
      ['Иван', 'Иванов'],
      ['Ivan', 'Ivanov'],
    ],
    [
      ['Jean-Pierre', 'Dupont'],
      ['Jean Pierre', 'Dupont'],
    ],
    [
      ['Ada', 'Lovelace'],
      ['lovelace,', 'ADA'],
    ],
    [
      ['Straße', 'Weiß'],
      ['Strasse', 'Weiss'],
    ],
    [
      ['Conan', "O'Brien"],
      ['Conan', 'OBrien'],
    ],
  ])('%j and %j are one', (one, other) => {
    expect(normaliseName(...one)).toBe(normaliseName(...other));
  });

  it('tells different names apart', () => {
    const names = [
      normaliseName('Ada', 'Lovelace'),
      normaliseName('Adam', 'Lovelace'),
      normaliseName('Eva', 'Love'),
      normaliseName('Ada 2', 'Lovelace'),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
