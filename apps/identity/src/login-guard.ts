import { refuse, type Result } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { AskRegister } from './ask-register';
import { IdentityConfig } from './config';
import { lockSeconds } from './domain/lock-out';
import type { Credentials } from './store/players';
import { countFailure, findLock, lockLogin } from './store/login-guards';

/**
 * Counts wrong passwords and codes, of accounts that exist or not, and locks after the configured number; asks the national
 * register about who has the right one.
 */
@Injectable()
export class LoginGuard {
  constructor(
    readonly config: IdentityConfig,
    private readonly register: AskRegister,
  ) {}

  /** The refusal while logins with this index are locked. */
  async refusal(db: Db, brand: string, emailIndex: Buffer): Promise<Result<never> | undefined> {
    const seconds = await findLock(db, brand, emailIndex);
    if (seconds === 0) return undefined;
    const detail = 'Too many failed logins. Try again later.';
    return refuse('identity.login-locked', detail, { data: { retryAfterSeconds: Math.max(seconds, 1) } });
  }

  /** The refusal while nothing is known there. Of who is excluded, the restriction that was made of it refuses. */
  async askRegister(
    { playerId, country, status }: Credentials,
    deadlineMs: number,
  ): Promise<Result<never> | undefined> {
    if (status !== 'active') return undefined;
    const verdict = await this.register.check(playerId, country, deadlineMs);
    if (verdict !== 'unavailable') return undefined;
    return refuse('identity.register-unavailable', 'The national register does not answer. Try again soon.');
  }

  async countFailure(db: Db, brand: string, emailIndex: Buffer): Promise<void> {
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
