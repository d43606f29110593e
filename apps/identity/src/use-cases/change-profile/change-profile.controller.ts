import { appendAudit } from '@baize/audit';
import { accountCommands, refuse, type ChangeProfile, type PlayerDto, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { decideProfileChange, type ProfileChange } from '../../domain/decide-profile-change';
import { Mailing } from '../../mailing';
import { playerDtoOf } from '../../player-dto';
import { lockAccount, setEmailState, type Account } from '../../store/accounts';
import { dropTokens } from '../../store/mails';
import { addIdentifiers, findPerson, lockIdentifiers, type Identifier } from '../../store/persons';
import { findPlayer, type Profile } from '../../store/players';
import { insertProfileChange, isIndexTaken, updateProfile } from '../../store/profiles';
import { screenAnew } from '../../store/screening-cases';

/** Changes a profile; the one before is kept, sealed, for as long as the account's data. */
@Controller()
export class ChangeProfileController {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly mailing: Mailing,
  ) {}

  @Handles(accountCommands.changeProfile)
  handle(command: ChangeProfile, { deadline }: RequestContext): Promise<Result<PlayerDto>> {
    const { playerId, brand, actor, form } = command;
    return this.database.transactions.run(async (db) => {
      const account = await lockAccount(db, brand, playerId);
      if (!account) return refuse('identity.player-not-found', 'There is no such player.');
      if (account.status === 'closed') return refuse('identity.account-closed', 'The account is closed.');
      const before = this.personalData.open(personOf(account), account.profile, account.id) as Profile;
      const decision = decideProfileChange(before, form, { country: account.country, actor: actor.kind });
      if (!decision.ok) return decision;
      const { fields } = decision.value;
      // A stolen session must not take the account over: the address is what a password is reset by.
      if (fields.includes('email') && actor.kind === 'player') {
        const given = form.currentPassword ?? '';
        if (!(await this.passwords.verify(account.passwordHash, given, deadline))) {
          return refuse('identity.wrong-password', 'A new e-mail address needs the present password.');
        }
      }
      if (fields.length > 0) {
        const refused = await this.apply(db, account, command, before, decision.value);
        if (refused) return refused;
      }
      const stored = await findPlayer(db, playerId, brand);
      if (!stored) throw new Error('a player vanished while it was locked');
      return { ok: true, value: playerDtoOf(stored, this.personalData) };
    });
  }

  private async apply(
    db: Db,
    account: Account,
    { brand, playerId, actor }: ChangeProfile,
    before: Profile,
    { profile, fields, identifiers }: ProfileChange<Profile>,
  ): Promise<Result<never> | undefined> {
    const index = this.personalData.indexesOf(identifiers);
    const known: Identifier[] = [
      { kind: 'name-birth', digest: index.nameBirth },
      { kind: 'email', digest: index.email },
      { kind: 'email', digest: index.mailbox },
      ...(index.phone ? [{ kind: 'phone' as const, digest: index.phone }] : []),
    ];
    await lockIdentifiers(db, known);
    const person = personOf(account);
    const next = {
      playerId,
      profile: this.personalData.seal(person, profile, playerId),
      ...{ emailIndex: index.email, phoneIndex: index.phone, nameBirthIndex: index.nameBirth },
    };
    if ((await this.isAnothers(db, account, known)) || (await isIndexTaken(db, brand, next))) {
      return refuse('identity.duplicate-person', 'Another account is known by what this one would become.');
    }
    const id = uuidv7();
    const sealed = this.personalData.seal(person, before, id);
    await insertProfileChange(db, { id, playerId, fields, before: sealed, actor });
    await updateProfile(db, next);
    await addIdentifiers(db, account.personId, known);
    await appendAudit(db, {
      brand,
      subject: playerId,
      actor,
      action: 'profile.changed',
      details: { fields },
    });
    if (fields.includes('firstName') || fields.includes('lastName')) await screenAnew(db, playerId);
    if (!fields.includes('email')) return undefined;
    await dropTokens(db, playerId);
    await this.mailing.sendEmailChanged(db, account);
    if (account.emailState === 'not-asked') return undefined;
    await setEmailState(db, playerId, 'pending');
    await this.mailing.sendVerification(db, { ...account, profile: next.profile, emailIndex: index.email });
    return undefined;
  }

  private async isAnothers(db: Db, { personId }: Account, known: readonly Identifier[]): Promise<boolean> {
    for (const identifier of known) {
      const other = await findPerson(db, [identifier]);
      if (other && other.id !== personId) return true;
    }
    return false;
  }
}

function personOf({ personId, wrappedKey }: Account) {
  return { id: personId, wrappedKey };
}
