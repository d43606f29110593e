import { walletCommands, type PlayerOpened, type Result } from '@baize/contracts';
import { RequestClient, ServiceFault } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { LimitSets } from '../../limit-sets';
import type { PendingPlayer } from '../../store/players';

/** Opens the wallet of a pending player, with the limits and restrictions that hold. */
@Injectable()
export class OpenWallet {
  constructor(
    private readonly database: Database,
    private readonly services: RequestClient,
    private readonly config: IdentityConfig,
    private readonly limitSets: LimitSets,
  ) {}

  /**
   * Undefined when the wallet does not answer.
   * @param deadlineMs absolute, epoch milliseconds
   */
  async open(pending: PendingPlayer, deadlineMs: number): Promise<Result<PlayerOpened> | undefined> {
    // the lease outlives the call, so that nobody else works on it meanwhile
    const timeoutMs = this.config.registrationLeaseMs * 0.8;
    const { playerId, brand, currency, country, epoch, forbids } = pending;
    const known = await this.limitSets.read(this.database, playerId);
    const limits = known && this.limitSets.walletSet(known);
    const fence = { epoch: Number(epoch), forbids: [...forbids] };
    const request = { playerId, brand, currency, country, ...fence, limits };
    try {
      return await this.services.call(walletCommands.openPlayer, request, { deadlineMs, timeoutMs });
    } catch (fault) {
      if (fault instanceof ServiceFault) return undefined;
      throw fault;
    }
  }
}
