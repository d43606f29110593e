import { ok, walletQueries, type BalanceDto, type GetBalance, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal, toBalanceDto } from '../../domain/refusals';
import { findWallet } from '../../store/wallets';

@Controller()
export class GetBalanceController {
  constructor(private readonly database: Database) {}

  @Handles(walletQueries.getBalance)
  async handle({ playerId, brand, currency }: GetBalance): Promise<Result<BalanceDto>> {
    if (!isOurId(playerId)) return refusal('wallet.player-not-found');
    const found = await findWallet(this.database, brand, playerId, currency);
    if (!found.player) return refusal('wallet.player-not-found');
    if (!found.wallet) return refusal('wallet.wallet-not-found');
    return ok(toBalanceDto(found.wallet.currency, found.wallet));
  }
}
