import { refuse, type CreateSession, type Result, type SessionTokens } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { IdentityConfig } from '../../config';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { issueTokens } from '../../crypto/tokens';
import { decideEligibility, impedimentsOfStatus } from '../../domain/eligibility';
import { lockSeconds } from '../../domain/lock-out';
import { endSession, recordSessionStarted } from '../../store/events';
import { clearFailures, countFailure, findLock, lockLogin } from '../../store/login-guards';
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
    private readonly config: IdentityConfig,
  ) {}

  /** @param deadline absolute, epoch milliseconds */
  async execute(command: CreateSession, deadline: number): Promise<Result<SessionTokens>> {
    const { brand, form } = command;
    const emailIndex = this.personalData.emailIndex(form.email);
    const locked = await findLock(this.database, brand, emailIndex);
    if (locked > 0) return refuseLocked(locked);
    const credentials = await findCredentials(this.database, brand, emailIndex);
    const matches = await this.passwords.verify(credentials?.passwordHash, form.password, deadline);
    return this.database.transactions.run(async (db) => {
      if (credentials && matches) return this.start(db, command, credentials, emailIndex);
      await this.countFailure(db, brand, emailIndex);
      return refuse('identity.invalid-login', 'E-mail address or password is wrong.');
    });
  }

  private async start(
    db: Db,
    { brand, form, ip }: CreateSession,
    { playerId, personId }: Credentials,
    emailIndex: Buffer,
  ): Promise<Result<SessionTokens>> {
    if (!(await clearFailures(db, brand, emailIndex))) {
      return refuseLocked(await findLock(db, brand, emailIndex));
    }
    const status = await lockStatus(db, playerId);
    const wrappedKey = await findPersonKey(db, personId);
    const { allowed, reasons } = decideEligibility('login', impedimentsOfStatus(status ?? 'closed'));
    if (!allowed || !wrappedKey) {
      return refuse('identity.action-not-allowed', 'This account may not log in.', { data: { reasons } });
    }
    const owner = { sessionId: uuidv7(), playerId, brand };
    const { tokens, stored } = issueTokens(this.config);
    const person = { id: personId, wrappedKey };
    const context = this.personalData.seal(person, { ip, device: form.device }, owner.sessionId);
    const startedAt = await insertSession(db, owner, stored, context);
    await recordSessionStarted(db, owner, startedAt);
    const surplus = await findSurplusSessions(db, playerId, this.config.maxSessionsPerPlayer);
    for (const sessionId of surplus) await endSession(db, sessionId, 'revoked');
    return { ok: true, value: { playerId, ...tokens } };
  }

  private async countFailure(db: Db, brand: string, emailIndex: Buffer): Promise<void> {
    const { loginMaxFailures, loginFirstLockSeconds, loginMaxLockSeconds } = this.config;
    const failures = await countFailure(db, brand, emailIndex);
    const seconds = lockSeconds(failures, {
      maxFailures: loginMaxFailures,
      firstLockSeconds: loginFirstLockSeconds,
      maxLockSeconds: loginMaxLockSeconds,
    });
    if (seconds > 0) await lockLogin(db, brand, emailIndex, seconds);
  }
}

function refuseLocked(seconds: number): Result<never> {
  const detail = 'Too many failed logins. Try again later.';
  return refuse('identity.login-locked', detail, { data: { retryAfterSeconds: Math.max(seconds, 1) } });
}
