import { refuse, type MarketingConsents, type PlayerRegisteredReply, type Result } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { AskRegister, type RegisterVerdict } from '../../ask-register';
import { recordRegistered } from '../../store/events';
import { Mailing } from '../../mailing';
import { findAccount } from '../../store/accounts';
import { insertConsents } from '../../store/consents';
import { enrolForKyc } from '../../kyc';
import { enrolForScreening } from '../../store/screening-cases';
import { activatePlayer, deletePendingPlayer, findCountry, findForOpening } from '../../store/players';
import {
  lockAnswer,
  releaseRegistration,
  storeAnswer,
  type RegistrationAnswer,
  type RegistrationKey,
} from '../../store/registrations';
import { OpenWallet } from './open-wallet';

/** The second half of a registration, the same for its caller, a retry and the sweeper. */
@Injectable()
export class CompleteRegistration {
  constructor(
    private readonly database: Database,
    private readonly wallets: OpenWallet,
    private readonly mailing: Mailing,
    private readonly register: AskRegister,
  ) {}

  /** Whether anybody who lives there can be asked about. */
  isOpenIn(country: string): boolean {
    return this.register.isConnected(country);
  }

  /**
   * Opens the wallet of a pending player, then makes the player active and stores the answer in one transaction.
   * May run any number of times, also at once: the wallet opens a player once, and the first answer stays.
   * While the national register or the wallet does not answer, that is all it says (`identity.register-unavailable`,
   * `gateway.service-unavailable`, never stored), and the registration is free to be taken over.
   */
  async complete(key: RegistrationKey, playerId: string, deadline: number): Promise<RegistrationAnswer> {
    const verdict = await this.askRegister(playerId, deadline);
    if (verdict === 'unavailable') {
      await releaseRegistration(this.database, key);
      return refuse(
        'identity.register-unavailable',
        'The national register does not answer. Repeat with the same key.',
      );
    }
    const pending = await findForOpening(this.database, playerId);
    // gone when the wallet refused it to somebody who took over before
    const opened =
      pending && (verdict === 'excluded' ? refuseExcluded() : await this.wallets.open(pending, deadline));
    if (pending && !opened) {
      await releaseRegistration(this.database, key);
      return refuse('gateway.service-unavailable', 'The wallet does not answer. Repeat with the same key.');
    }
    return this.database.transactions.run(async (db) => {
      const answered = await lockAnswer(db, key);
      if (answered) return answered;
      if (!opened) throw new Error('a registration lost its player');
      const answer = opened.ok ? await this.activate(db, playerId) : opened;
      if (!answer.ok) await deletePendingPlayer(db, playerId);
      await storeAnswer(db, key, answer);
      return answer;
    });
  }

  private async askRegister(playerId: string, deadline: number): Promise<RegisterVerdict> {
    const country = await findCountry(this.database, playerId);
    return country === undefined ? 'open' : this.register.check(playerId, country, deadline);
  }

  private async activate(db: Db, playerId: string): Promise<Result<PlayerRegisteredReply>> {
    const player = await activatePlayer(db, playerId);
    if (!player) throw new Error('a player became active without the answer of its registration');
    await recordRegistered(db, player);
    await enrolForScreening(db, playerId);
    await enrolForKyc(db, playerId);
    const given = Object.entries(player.consents) as [keyof MarketingConsents, boolean][];
    const consents = given.map(([channel, granted]) => ({ product: 'casino' as const, channel, granted }));
    await insertConsents(db, player, { kind: 'player', id: playerId }, consents);
    if (player.emailState === 'pending') {
      const account = await findAccount(db, player.brand, playerId);
      if (account) await this.mailing.sendVerification(db, account);
    }
    const { id, kycLevel, createdAt } = player;
    return { ok: true, value: { id, status: 'active', kycLevel, createdAt: createdAt.toISOString() } };
  }
}

/** Whoever is kept out of play may not open an account either. */
export function refuseExcluded(): Result<never> {
  return refuse('identity.person-excluded', 'This person is excluded and may not open an account.');
}
