import { randomBytes } from 'node:crypto';

const letters = (count: number): string =>
  [...randomBytes(count)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

/** Somebody whom nothing else in the platform could be taken for. */
export const person = {
  email: `canary.bird@yellow-feather-${letters(4)}.example`,
  otherEmail: `second.nest@yellow-feather-${letters(4)}.example`,
  password: 'canary sings at dawn',
  otherPassword: 'canary sings at dusk',
  firstName: `Canaria${letters(3)}`,
  lastName: `Featherstonehaugh${letters(5)}`,
  dateOfBirth: '1971-08-23',
  phone: '+35699887766',
  otherPhone: '+35699665544',
  address: { line1: '77 Birdcage Walk', city: 'Birdopolis', postalCode: 'CNRY 7QQ' },
  otherAddress: { line1: '88 Perch Parade', city: 'Aviaria City', postalCode: 'PRCH 8WW' },
  device: { fingerprint: 'fp-canary-4711', userAgent: 'CanaryBrowser/9.9' },
  documentNumber: 'CANARY90210PASS',
  iban: 'DE75512108001245126199',
  cardHolder: 'MRS CANARIA VON FEATHER',
  ip: '127.77.88.99',
};

/** Everything that must be read nowhere but where it belongs. */
export const planted: readonly string[] = [
  ...Object.values(person).flatMap((value) => (typeof value === 'string' ? [value] : Object.values(value))),
  // as they are kept to be found again
  ...['featherstonehaugh', 'yellow-feather', '35699887766', '35699665544', 'sings at dawn', 'sings at dusk'],
];
