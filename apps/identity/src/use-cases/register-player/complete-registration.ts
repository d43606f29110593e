import {
  refuse,
  walletCommands,
  type MarketingConsents,
  type PlayerOpened,
  type PlayerRegisteredReply,
  type Result,
} from '@baize/contracts';
import { RequestClient, ServiceFault } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { LimitSets } from '../../limit-sets';
import { recordRegistered } from '../../store/events';
import { Mailing } from '../../mailing';
import { findAccount } from '../../store/accounts';
import { insertConsents } from '../../store/consents';
import { enrolForKyc } from '../../kyc';
import { enrolForScreening } from '../../store/screening-cases';
import { activatePlayer, deletePendingPlayer, findForOpening, type PendingPlayer } from '../../store/players';
import {
  lockAnswer,
  releaseRegistration,
  storeAnswer,
  type RegistrationAnswer,
  type RegistrationKey,
} from '../../store/registrations';

/** The second half of a registration, the same for its caller, a retry and the sweeper. */
@Injectable()
export class CompleteRegistration {
  constructor(
    private readonly database: Database,
    private readonly services: RequestClient,
    private readonly config: IdentityConfig,
    private readonly mailing: Mailing,
    private readonly limitSets: LimitSets,
  ) {}

  /**
   * Opens the wallet of a pending player, then makes the player active and stores the answer in one transaction.
   * May run any number of times, also at once: the wallet opens a player once, and the first answer stays.
   * While the wallet does not answer that is all it says (`gateway.service-unavailable`, never stored), and the
   * registration is free to be taken over.
   */
  async complete(key: RegistrationKey, playerId: string, deadline: number): Promise<RegistrationAnswer> {
    const pending = await findForOpening(this.database, playerId);
    // gone when the wallet refused it to somebody who took over before
    const opened = pending ? await this.openWallet(key, pending, deadline) : undefined;
    if (pending && !opened) {
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

  private async openWallet(
    key: RegistrationKey,
    pending: PendingPlayer,
    deadline: number,
  ): Promise<Result<PlayerOpened> | undefined> {
    // the lease outlives the call, so that nobody else works on it meanwhile
    const timeoutMs = this.config.registrationLeaseMs * 0.8;
    const { playerId, brand, currency, country, epoch, forbids } = pending;
    const known = await this.limitSets.read(this.database, playerId);
    const limits = known && this.limitSets.walletSet(known);
    const fence = { epoch: Number(epoch), forbids: [...forbids] };
    const request = { playerId, brand, currency, country, ...fence, limits };
    try {
      return await this.services.call(walletCommands.openPlayer, request, {
        deadlineMs: deadline,
        timeoutMs,
      });
    } catch (fault) {
      await releaseRegistration(this.database, key);
      if (fault instanceof ServiceFault) return undefined;
      throw fault;
    }
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
