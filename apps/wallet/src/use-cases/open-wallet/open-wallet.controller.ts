import { ledgerCommands, ok, type OpenWallet, type Result, type WalletDto } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { exponentOf } from '@baize/money';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal, toWalletDto } from '../../domain/refusals';
import { listWallets, openWallet } from '../../store/wallets';

@Controller()
export class OpenWalletController {
  constructor(private readonly database: Database) {}

  /** Idempotent by its key: a player has one wallet a currency. */
  @Handles(ledgerCommands.openWallet)
  async handle({ playerId, brand, currency }: OpenWallet): Promise<Result<WalletDto>> {
    if (!isOurId(playerId)) return refusal('wallet.player-not-found');
    if (exponentOf(currency) === undefined) return refusal('wallet.currency-not-supported');
    await openWallet(this.database, brand, playerId, currency);
    const wallets = await listWallets(this.database, brand, playerId);
    const opened = wallets?.find((wallet) => wallet.currency === currency);
    return opened ? ok(toWalletDto(opened)) : refusal('wallet.player-not-found');
  }
}
