import { randomBytes } from 'node:crypto';
import type { RegistrationForm } from '@baize/contracts';

/** The fields of a registration, as plain data. */
export type Form = Pick<RegistrationForm, keyof RegistrationForm>;

const password = 'correct horse battery';

/** A registration form of somebody; of somebody new unless it says who. */
export function registrationForm(changes: Partial<Form> = {}): Form {
  const name = randomBytes(6)
    .toString('hex')
    .replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)]!);
  return {
    email: `${name}@example.com`,
    password,
    firstName: 'Ada',
    lastName: `Lovelace ${name}`,
    dateOfBirth: '1990-12-10',
    country: 'MT',
    currency: 'EUR',
    address: { line1: '1 Republic Street', city: 'Valletta', postalCode: 'VLT 1110' },
    ...changes,
  };
}
