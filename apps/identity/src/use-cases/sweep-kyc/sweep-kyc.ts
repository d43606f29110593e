import { paymentCommands } from '@baize/contracts';
import { RequestClient, ServiceFault } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { KycSaga } from '../../kyc-saga';
import { claimDueChecks, findExpiredDocuments } from '../../store/kyc-checks';
import { findUntoldHolds, markHoldTold } from '../../store/kyc-files';

const BATCH = 20;
const HOLDS = 100;
const LEASE_MS = 30_000;

/** Takes open checks on, expires what is over, and tells the wallet of holds until it has heard. */
@Injectable()
export class SweepKyc {
  constructor(
    private readonly database: Database,
    private readonly services: RequestClient,
    private readonly saga: KycSaga,
  ) {}

  async run(): Promise<void> {
    await this.tellHolds();
    await tryEach(await claimDueChecks(this.database, LEASE_MS, BATCH), (check) =>
      check.isOver
        ? this.saga.expire(check.id, check.playerId, 'not finished in time')
        : this.saga.advance(check),
    );
    await tryEach(await findExpiredDocuments(this.database, BATCH), ({ id, playerId }) =>
      this.saga.expire(id, playerId, 'the document has expired'),
    );
  }

  /** The version goes along: the wallet keeps the newest, whatever the order in which it hears. */
  private async tellHolds(): Promise<void> {
    for (const hold of await findUntoldHolds(this.database, HOLDS)) {
      const { playerId, brand, held, reason, version } = hold;
      const request = { playerId, brand, held, reason, kind: 'kyc' as const, version: Number(version) };
      try {
        const told = await this.services.call(paymentCommands.setHold, request);
        // a player whom the wallet does not know has nothing to hold
        if (told.ok || told.error.code === 'wallet.player-not-found') {
          await markHoldTold(this.database, playerId, version);
        }
      } catch (fault) {
        if (fault instanceof ServiceFault) return;
        throw fault;
      }
    }
  }
}
