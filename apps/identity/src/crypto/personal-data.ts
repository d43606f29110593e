import type { AcceptedRegistration } from '../domain/decide-registration';
import { normaliseEmail } from '../domain/normalise';
import type { BlindIndex } from './blind-index';
import type { Vault } from './vault';

/** A person with the sealed data key. */
interface Person {
  readonly id: string;
  readonly wrappedKey: Buffer;
}

/** What use cases do with personal data: look it up blindly, seal it, open it. */
export class PersonalData {
  constructor(
    private readonly blindIndex: BlindIndex,
    private readonly vault: Vault,
  ) {}

  indexesOf({ email, phone, nameAndBirth }: AcceptedRegistration) {
    return {
      email: this.blindIndex.of('email', email),
      phone: phone === undefined ? undefined : this.blindIndex.of('phone', phone),
      nameBirth: this.blindIndex.of('name-birth', nameAndBirth),
    };
  }

  /** The index under which an account with this e-mail address, as typed, is found. */
  emailIndex(email: string): Buffer {
    return this.blindIndex.of('email', normaliseEmail(email));
  }

  newPerson(id: string): Person {
    return { id, wrappedKey: this.vault.newPersonKey(id).wrapped };
  }

  /** Seals a value under the person's key for the row `place`. */
  seal(person: Person, value: object, place: string): Buffer {
    return this.vault.seal(this.vault.unwrap(person.wrappedKey, person.id), value, place);
  }

  /** @throws when it was sealed under another key, for another row, or changed since */
  open(person: Person, sealed: Buffer, place: string): unknown {
    return this.vault.open(this.vault.unwrap(person.wrappedKey, person.id), sealed, place);
  }
}
