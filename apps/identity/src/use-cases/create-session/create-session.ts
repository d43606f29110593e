import { refuse, type CreateSession, type Result, type SessionTokens } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { issueTokens } from '../../crypto/tokens';
import { decideEligibility, impedimentsOf } from '../../domain/eligibility';
import { endSession, recordSessionStarted } from '../../store/events';
import { LoginGuard } from '../../login-guard';
import { SecondFactor } from '../../second-factor';
import { clearFailures } from '../../store/login-guards';
import { findPersonKey } from '../../store/persons';
import { findCredentials, lockStatus, type Credentials } from '../../store/players';
import { findSurplusSessions, insertSession } from '../../store/sessions';

/** Logs a player in. Nothing in answer or duration tells whether an e-mail address has an account. */
@Injectable()
export class CreateSessionUseCase {
  constructor(
    private readonly database: Database,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly guard: LoginGuard,
    private readonly secondFactor: SecondFactor,
  ) {}

  /** @param deadline absolute, epoch milliseconds */
  async execute(command: CreateSession, deadline: number): Promise<Result<SessionTokens>> {
    const { brand, form } = command;
    const emailIndex = this.personalData.emailIndex(form.email);
    const locked = await this.guard.refusal(this.database, brand, emailIndex);
    if (locked) return locked;
    const credentials = await findCredentials(this.database, brand, emailIndex);
    const matches = await this.passwords.verify(credentials?.passwordHash, form.password, deadline);
    const unknown = credentials && matches && (await this.guard.askRegister(credentials, deadline));
    if (unknown) return unknown;
    return this.database.transactions.run(async (db) => {
      if (credentials && matches) return this.start(db, command, credentials, emailIndex);
      return this.refuseLogin(db, brand, emailIndex);
    });
  }

  private async start(
    db: Db,
    { brand, form, ip }: CreateSession,
    { playerId, personId }: Credentials,
    emailIndex: Buffer,
  ): Promise<Result<SessionTokens>> {
    const wrappedKey = await findPersonKey(db, personId);
    const person = { id: personId, wrappedKey: wrappedKey ?? Buffer.alloc(0) };
    const factor = wrappedKey ? await this.secondFactor.check(db, person, playerId, form.code) : 'passed';
    // Told to who knows the password alone; it neither counts as a failure nor forgets earlier ones.
    if (factor === 'missing') {
      return refuse('identity.second-factor-required', 'Send the code of the authenticator as `code`.');
    }
    if (factor === 'wrong') return this.refuseLogin(db, brand, emailIndex);
    if (!(await clearFailures(db, brand, emailIndex))) {
      return (await this.guard.refusal(db, brand, emailIndex)) ?? this.refuseLogin(db, brand, emailIndex);
    }
    const standing = await lockStatus(db, playerId);
    const { allowed, reasons } = decideEligibility('login', impedimentsOf(standing));
    if (!allowed || !wrappedKey) {
      return refuse('identity.action-not-allowed', 'This account may not log in.', { data: { reasons } });
    }
    const owner = { sessionId: uuidv7(), playerId, brand };
    const { tokens, stored } = issueTokens(this.guard.config);
    const context = this.personalData.seal(person, { ip, device: form.device }, owner.sessionId);
    const startedAt = await insertSession(db, owner, stored, context);
    await recordSessionStarted(db, owner, startedAt);
    const surplus = await findSurplusSessions(db, playerId, this.guard.config.maxSessionsPerPlayer);
    for (const sessionId of surplus) await endSession(db, sessionId, 'revoked');
    return { ok: true, value: { playerId, ...tokens } };
  }

  private async refuseLogin(db: Db, brand: string, emailIndex: Buffer): Promise<Result<never>> {
    await this.guard.countFailure(db, brand, emailIndex);
    return refuse('identity.invalid-login', 'E-mail address or password is wrong.');
  }
}
