import {
  ledgerQueries,
  ok,
  type HouseAccountList,
  type ListHouseAccounts,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { toWireAmount } from '@baize/money';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { houseBalances } from '../../store/house-accounts';

@Controller()
export class ListHouseAccountsController {
  constructor(private readonly database: Database) {}

  @Handles(ledgerQueries.listHouseAccounts)
  async handle({ brand }: ListHouseAccounts): Promise<Result<HouseAccountList>> {
    const balances = await houseBalances(this.database, brand);
    return ok({
      items: balances.map(({ account, party, currency, balance }) => ({
        ...{ account, party, currency, balance: toWireAmount(BigInt(balance)) },
      })),
    });
  }
}
