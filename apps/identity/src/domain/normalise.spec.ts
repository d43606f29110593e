import { isEmail, mailboxOf, normaliseEmail, normaliseName, normalisePhone } from './normalise';

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

describe('mailboxOf', () => {
  it.each([
    ['ada@gmail.com', 'ada@gmail.com'],
    ['a.d.a+casino@gmail.com', 'ada@gmail.com'],
    ['ad.a+1+2@googlemail.com', 'ada@gmail.com'],
    ['ada+x@outlook.com', 'ada@outlook.com'],
    ['a.da@outlook.com', 'a.da@outlook.com'],
    ['a.da+x@example.com', 'a.da+x@example.com'],
    ['+x@gmail.com', '+x@gmail.com'],
  ])('%s is read at %s', (email, mailbox) => {
    expect(mailboxOf(email)).toBe(mailbox);
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
    ['+356 2123 4567 ext. 3', undefined],
  ])('%s is %s', (text, phone) => {
    expect(normalisePhone(text, 'XX')).toBe(phone);
  });

  it.each([
    ['+442079460958', 'MT'],
    ['+44 (0)20 7946 0958', 'GB'],
    ['020 7946 0958', 'GB'],
    ['(020) 7946-0958', 'GB'],
    ['0044 20 7946 0958', 'DE'],
    ['０２０７９４６０９５８', 'GB'],
  ])('%s, written in %s, is one number in London', (text, country) => {
    expect(normalisePhone(text, country)).toBe('+442079460958');
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
