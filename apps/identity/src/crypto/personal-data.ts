import type { PlayerSessionDto } from '@baize/contracts';
import type { AcceptedRegistration } from '../domain/decide-registration';
import { normaliseEmail } from '../domain/normalise';
import type { BlindIndex } from './blind-index';
import type { Vault } from './vault';

/** A person with the sealed data key. */
interface Person {
  readonly id: string;
  readonly wrappedKey: Buffer;
}

interface SealedSession {
  readonly id: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  readonly context: Buffer;
}

/** What use cases do with personal data: look it up blindly, seal it, open it. */
export class PersonalData {
  constructor(
    private readonly blindIndex: BlindIndex,
    private readonly vault: Vault,
  ) {}

  indexesOf({ email, mailbox, phone, nameAndBirth }: Omit<AcceptedRegistration, 'policyVersion'>) {
    return {
      email: this.blindIndex.of('email', email),
      mailbox: this.blindIndex.of('email', mailbox),
      phone: phone === undefined ? undefined : this.blindIndex.of('phone', phone),
      nameBirth: this.blindIndex.of('name-birth', nameAndBirth),
    };
  }

  /** The index under which an account with this e-mail address, as typed, is found. */
  emailIndex(email: string): Buffer {
    return this.blindIndex.of('email', normaliseEmail(email));
  }

  /** Of the master key that seals the keys of new persons. */
  get masterKeyId(): string {
    return this.vault.masterKeyId;
  }

  newPerson(id: string): Person {
    return { id, wrappedKey: this.vault.newPersonKey(id).wrapped };
  }

  /** Seals a value under the person's key for the row `place`. */
  seal(person: Person, value: object, place: string): Buffer {
    return this.vault.seal(this.vault.unwrap(person.wrappedKey, person.id), value, place);
  }

  /** A session with where it came from. */
  openSession(person: Person, { id, startedAt, expiresAt, context }: SealedSession): PlayerSessionDto {
    const opened = this.open(person, context, id) as { ip?: string; device?: { userAgent?: string } };
    return {
      id,
      startedAt: startedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      ...(opened.ip !== undefined && { ip: opened.ip }),
      ...(opened.device?.userAgent !== undefined && { userAgent: opened.device.userAgent }),
    };
  }

  /** @throws when it was sealed under another key, for another row, or changed since */
  open(person: Person, sealed: Buffer, place: string): unknown {
    return this.vault.open(this.vault.unwrap(person.wrappedKey, person.id), sealed, place);
  }
}
