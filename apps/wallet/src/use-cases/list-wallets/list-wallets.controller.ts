import { ledgerQueries, ok, type ListWallets, type Result, type WalletList } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal, toWalletDto } from '../../domain/refusals';
import { listWallets } from '../../store/wallets';

@Controller()
export class ListWalletsController {
  constructor(private readonly database: Database) {}

  @Handles(ledgerQueries.listWallets)
  async handle({ playerId, brand }: ListWallets): Promise<Result<WalletList>> {
    const wallets = isOurId(playerId) ? await listWallets(this.database, brand, playerId) : undefined;
    return wallets ? ok({ items: wallets.map(toWalletDto) }) : refusal('wallet.player-not-found');
  }
}
