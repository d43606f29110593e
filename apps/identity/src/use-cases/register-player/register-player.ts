import { refuse, type PlayerRegisteredReply, type RegisterPlayer, type Result } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { IdentityConfig } from '../../config';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { decideRegistration, type AcceptedRegistration } from '../../domain/decide-registration';
import { currentMarketPolicy } from '../../domain/market-policies';
import { barsRegistration } from '../../domain/national-register';
import { exclusionRulesOf } from '../../domain/restrictions';
import { watchAge } from '../../limit-sets';
import { joinPersons, lockRestrictions } from '../../store/fences';
import {
  addIdentifiers,
  findPerson,
  findPersons,
  insertPerson,
  insertPersonKey,
  lockIdentifiers,
  type Identifier,
  type PersonRow,
} from '../../store/persons';
import { insertPendingPlayer, isEmailTaken, type Profile } from '../../store/players';
import {
  claimRegistration,
  findRegistration,
  insertRegistration,
  registrationKey,
  storeAnswer,
  type RegistrationAnswer,
  type RegistrationKey,
  type RegistrationRow,
} from '../../store/registrations';
import { CompleteRegistration, refuseExcluded } from './complete-registration';

/** What the first transaction ended with. */
type Begun = 'pending' | 'key-known' | RegistrationAnswer;

/**
 * Registers a player once per idempotency key. The first transaction commits the key with the pending player, or
 * with the refusal; then the wallet is opened; the last transaction makes the player active and stores the answer.
 */
@Injectable()
export class RegisterPlayerUseCase {
  constructor(
    private readonly database: Database,
    private readonly completion: CompleteRegistration,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly config: IdentityConfig,
  ) {}

  /** @param deadline absolute, epoch milliseconds */
  async execute(command: RegisterPlayer, deadline: number): Promise<Result<PlayerRegisteredReply>> {
    const key = registrationKey(command.brand, command.idempotency);
    const known = await findRegistration(this.database, key);
    if (known) return this.resume(key, known, command, deadline);

    const decision = decideRegistration(command.form, currentMarketPolicy, systemClock.now());
    // like any request that does not parse, malformed fields leave no trace: the corrected one may use the key
    if (!decision.ok && decision.error.code === 'request.invalid') return decision;
    // nor does one that can come to nothing here
    if (decision.ok && !this.completion.isOpenIn(command.form.country)) {
      return refuse(
        'identity.register-unavailable',
        'The national register of this country is not connected. Try again when it is.',
      );
    }

    const playerId = uuidv7();
    const begun = decision.ok
      ? await this.begin(key, playerId, command, decision.value, deadline)
      : await this.storeRefusal(key, command, decision);
    if (begun === 'pending') return this.completion.complete(key, playerId, deadline);
    if (begun !== 'key-known') return begun;
    const existing = await findRegistration(this.database, key);
    if (!existing) throw new Error('a registration vanished while its key was in use');
    return this.resume(key, existing, command, deadline);
  }

  /** Answers a key that was used before. */
  private async resume(
    key: RegistrationKey,
    row: RegistrationRow,
    command: RegisterPlayer,
    deadline: number,
  ): Promise<RegistrationAnswer> {
    if (row.bodySha256 !== command.idempotency.bodySha256) {
      return refuse('idempotency.key-reused', 'This key came with another body before. Use a new key.');
    }
    if (row.answer) return replayed(row.answer);
    const orphan = await claimRegistration(this.database, key, this.config.registrationLeaseMs);
    if (orphan !== undefined) return this.completion.complete(key, orphan, deadline);
    const now = await findRegistration(this.database, key);
    if (now?.answer) return replayed(now.answer);
    return refuse('idempotency.in-progress', 'This request is being worked on. Ask again with the same key.');
  }

  private async storeRefusal(
    key: RegistrationKey,
    command: RegisterPlayer,
    answer: RegistrationAnswer,
  ): Promise<Begun> {
    const { bodySha256 } = command.idempotency;
    const stored = await insertRegistration(this.database, key, { bodySha256, leaseMs: 0, answer });
    return stored ? answer : 'key-known';
  }

  private async begin(
    key: RegistrationKey,
    playerId: string,
    command: RegisterPlayer,
    accepted: AcceptedRegistration,
    deadline: number,
  ): Promise<Begun> {
    const passwordHash = await this.passwords.hash(command.form.password, deadline);
    const { bodySha256 } = command.idempotency;
    const leaseMs = this.config.registrationLeaseMs;
    return this.database.transactions.run(async (db) => {
      if (!(await insertRegistration(db, key, { bodySha256, leaseMs, playerId }))) return 'key-known';
      const refusal = await this.insertPlayer(db, playerId, command, accepted, passwordHash);
      if (!refusal) return 'pending';
      await storeAnswer(db, key, refusal);
      return refusal;
    });
  }

  /** Inserts the pending player and links it to its person; a refusal when the brand has that person already. */
  private async insertPlayer(
    db: Db,
    playerId: string,
    { brand, form, idempotency }: RegisterPlayer,
    accepted: AcceptedRegistration,
    passwordHash: string,
  ): Promise<RegistrationAnswer | undefined> {
    const index = this.personalData.indexesOf(accepted);
    const identifiers: Identifier[] = [
      { kind: 'name-birth', digest: index.nameBirth },
      { kind: 'email', digest: index.email },
      { kind: 'email', digest: index.mailbox },
      ...(index.phone ? [{ kind: 'phone' as const, digest: index.phone }] : []),
    ];
    await lockIdentifiers(db, identifiers);
    const candidates = await findPersons(db, identifiers);
    const { register } = exclusionRulesOf(currentMarketPolicy, form.country);
    if (barsRegistration(await lockRestrictions(db, candidates), register)) return refuseExcluded();
    const person = await this.personBehind(db, identifiers);
    const inserted = await insertPendingPlayer(db, {
      ...{ id: playerId, personId: person.id, brand, country: form.country, currency: form.currency },
      ...{ emailIndex: index.email, phoneIndex: index.phone, nameBirthIndex: index.nameBirth },
      profile: this.personalData.seal(person, profileOf(form, accepted), playerId),
      passwordHash,
      consents: form.consents ?? {},
      clickId: form.clickId,
      policyVersion: accepted.policyVersion,
      emailState: this.mustVerifyEmail(idempotency.caller) ? 'pending' : 'not-asked',
    });
    if (!inserted) return this.refuseDuplicate(db, brand, index.email);
    // Only now: a refused attempt must not attach its e-mail to the person that it named.
    await addIdentifiers(db, person.id, identifiers);
    await joinPersons(db, person.id, candidates);
    await watchAge(db, playerId, form.country);
    return undefined;
  }

  /** Whoever is known by one of these, or somebody new; locked by the identifiers. */
  private async personBehind(db: Db, identifiers: readonly Identifier[]): Promise<PersonRow> {
    const known = await findPerson(db, identifiers);
    if (known?.wrappedKey) return { id: known.id, wrappedKey: known.wrappedKey };
    const person = this.personalData.newPerson(known?.id ?? uuidv7());
    if (known) await insertPersonKey(db, person, this.personalData.masterKeyId);
    else await insertPerson(db, person, this.personalData.masterKeyId);
    return person;
  }

  /** An operator's backend has means of its own to know whom it registers; a browser has none. */
  private mustVerifyEmail(caller: string): boolean {
    const { emailVerification } = this.config;
    return (
      emailVerification === 'always' || (emailVerification === 'browsers' && caller.startsWith('browser:'))
    );
  }

  private async refuseDuplicate(db: Db, brand: string, emailIndex: Buffer): Promise<RegistrationAnswer> {
    if (await isEmailTaken(db, brand, emailIndex)) {
      return refuse('identity.email-taken', 'There is an account with this e-mail address. Log in instead.');
    }
    return refuse('identity.duplicate-person', 'This person has an account already. Log in instead.');
  }
}

function profileOf(form: RegisterPlayer['form'], accepted: AcceptedRegistration): Profile {
  const { firstName, lastName, dateOfBirth, address, device } = form;
  return {
    email: form.email.trim(),
    firstName,
    lastName,
    dateOfBirth,
    address,
    phone: accepted.phone,
    device,
  };
}

function replayed(answer: RegistrationAnswer): RegistrationAnswer {
  if (!answer.ok) return { ok: false, error: { ...answer.error, replayed: true } };
  const { id, status, kycLevel, createdAt } = answer.value;
  return { ok: true, value: { id, status, kycLevel, createdAt, replayed: true } };
}
