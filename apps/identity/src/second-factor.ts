import { randomBytes } from 'node:crypto';
import type { Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { Secret } from 'otpauth';
import { PersonalData } from './crypto/personal-data';
import { digestOf } from './crypto/tokens';
import { stepOfCode, totpOf } from './crypto/totp';
import { findTotp, spendRecoveryCode, spendStep } from './store/totps';

type Person = Parameters<PersonalData['open']>[0];

const RECOVERY_CODES = 10;

/** The second factor of players: RFC 6238 codes, or recovery codes, each good once. */
@Injectable()
export class SecondFactor {
  constructor(private readonly personalData: PersonalData) {}

  /** Whether the code proves the second factor; `passed` for players without one. Uses the code up. */
  async check(
    db: Db,
    person: Person,
    playerId: string,
    code: string | undefined,
  ): Promise<'passed' | 'missing' | 'wrong'> {
    const stored = await findTotp(db, playerId);
    if (!stored?.confirmedAt) return 'passed';
    if (code === undefined) return 'missing';
    return (await this.spend(db, person, playerId, code)) ? 'passed' : 'wrong';
  }

  /** Uses up a code of an authenticator, confirmed or not yet, or a recovery code. */
  async spend(db: Db, person: Person, playerId: string, code: string): Promise<boolean> {
    const stored = await findTotp(db, playerId);
    if (!stored) return false;
    if (!/^\d{6}$/.test(code)) return spendRecoveryCode(db, playerId, recoveryDigest(code));
    const { secret } = this.personalData.open(person, stored.secret, placeOf(playerId)) as { secret: string };
    const step = stepOfCode(secret, code, systemClock.now());
    return step !== undefined && (await spendStep(db, playerId, step));
  }

  /** A new secret, and its sealed form to be stored. */
  newSecret(person: Person, playerId: string): { secret: string; uri: string; sealed: Buffer } {
    const secret = new Secret({ size: 20 }).base32;
    const sealed = this.personalData.seal(person, { secret }, placeOf(playerId));
    return { secret, uri: totpOf(secret, playerId).toString(), sealed };
  }

  /** Ten codes of 80 bits for the player, and their digests to be stored. */
  newRecoveryCodes(): { codes: string[]; digests: Buffer[] } {
    const codes = Array.from({ length: RECOVERY_CODES }, () => {
      const text = new Secret({ buffer: new Uint8Array(randomBytes(10)).buffer }).base32.toLowerCase();
      return text.replace(/(.{4})(?=.)/g, '$1-');
    });
    return { codes, digests: codes.map(recoveryDigest) };
  }
}

/** Written with or without dashes, in any case. */
function recoveryDigest(code: string): Buffer {
  return digestOf(code.replace(/[\s-]/g, '').toLowerCase());
}

function placeOf(playerId: string): string {
  return `totp ${playerId}`;
}
