import anyAscii from 'any-ascii';

/** What a register is asked with. */
export interface Asked {
  readonly firstName: string;
  readonly lastName: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  readonly email?: string;
  readonly postcode?: string;
  readonly mobile?: string;
}

export const states = ['excluded', 'removed', 'unknown'] as const;
export type State = (typeof states)[number];

const maxPersons = 10_000;

/** Who is in a register from the beginning, in every one. */
const seeded: readonly (Asked & { readonly state: State })[] = [
  { firstName: 'Edwina', lastName: 'Excluded', dateOfBirth: '1980-02-01', state: 'excluded' },
  { firstName: 'Ray', lastName: 'Removed', dateOfBirth: '1980-02-02', state: 'removed' },
];

/**
 * The persons of one register. Somebody is found by first and last name, in any case and script, and date of birth; of an
 * entry that has contact data one of them must agree as well.
 */
export class RegistryBook {
  private readonly persons = new Map<string, { person: Asked; state: State }>();

  constructor() {
    for (const { state, ...person } of seeded) this.put(person, state);
  }

  /** An entry takes the place of an earlier one for the same name and date of birth. */
  put(person: Asked, state: State): void {
    this.persons.delete(keyOf(person));
    if (state !== 'unknown') this.persons.set(keyOf(person), { person, state });
    const [oldest] = this.persons.keys();
    if (this.persons.size > maxPersons && oldest !== undefined) this.persons.delete(oldest);
  }

  find(asked: Asked): State {
    const known = this.persons.get(keyOf(asked));
    if (!known) return 'unknown';
    const contacts = (['email', 'postcode', 'mobile'] as const).filter((field) => known.person[field]);
    const agrees = contacts.some((field) => plain(known.person[field]) === plain(asked[field]));
    return contacts.length === 0 || agrees ? known.state : 'unknown';
  }
}

function keyOf({ firstName, lastName, dateOfBirth }: Asked): string {
  return [plain(firstName), plain(lastName), dateOfBirth].join('|');
}

function plain(text = ''): string {
  return anyAscii(text).toLowerCase().replaceAll(/\s/g, '');
}
