import { appendAudit } from '@baize/audit';
import {
  ledgerCommands,
  ok,
  refuse,
  type HouseFundsTransferred,
  type Result,
  type TransferHouseFunds,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { exponentOf } from '@baize/money';
import { Database, oncePerKey } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { refusal } from '../../domain/refusals';
import { insertTransfer } from '../../store/house-accounts';

@Controller()
export class TransferHouseFundsController {
  constructor(private readonly database: Database) {}

  /** The key, the transfer with both of its entries and the answer are one transaction: a crash leaves none of them. */
  @Handles(ledgerCommands.transferHouseFunds)
  async handle(command: TransferHouseFunds): Promise<Result<HouseFundsTransferred>> {
    const { brand, from, to, amount, reason, actor, idempotency } = command;
    if (exponentOf(amount.currency) === undefined) return refusal('wallet.currency-not-supported');
    if (amount.amount <= 0) return refusal('wallet.amount-out-of-range');
    if (from.account === to.account) {
      return refuse('request.invalid', 'Money moves between two kinds of account.');
    }
    const scope = { ...idempotency, brand, operation: 'transfer-house-funds' };
    return this.database.transactions.run((db) =>
      oncePerKey<HouseFundsTransferred>(db, scope, async (id) => {
        await insertTransfer(db, {
          ...{ id, brand, currency: amount.currency, amount: BigInt(amount.amount), from, to, reason },
          actor: `${actor.kind}:${actor.id}`,
        });
        await appendAudit(db, {
          ...{ subject: id, actor, brand, reason, action: 'house-transfer.posted' },
          details: {
            ...{ amount: amount.amount, currency: amount.currency },
            ...{ from: `${from.account} ${from.party}`, to: `${to.account} ${to.party}` },
          },
        });
        return ok({ id });
      }),
    );
  }
}
