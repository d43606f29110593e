import {
  ok,
  refuse,
  walletQueries,
  type ListTransactions,
  type Result,
  type TransactionPage,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { listJournal } from '../../store/transactions';
import { findWallet } from '../../store/wallets';

const defaultLimit = 50;

@Controller()
export class ListTransactionsController {
  constructor(private readonly database: Database) {}

  @Handles(walletQueries.listTransactions)
  async handle(query: ListTransactions): Promise<Result<TransactionPage>> {
    const { playerId, brand, currency, limit = defaultLimit } = query;
    const below = query.cursor === undefined ? undefined : sequenceOf(query.cursor);
    if (below === 'invalid') return refuse('request.invalid', 'The cursor is not one of ours.');
    if (!isOurId(playerId)) return refusal('wallet.player-not-found');
    const found = await findWallet(this.database, brand, playerId, currency);
    if (!found.player) return refusal('wallet.player-not-found');
    if (!found.wallet) return refusal('wallet.wallet-not-found');
    const wallet = { playerId, currency: found.wallet.currency };
    const items = await listJournal(this.database, wallet, { below, limit: limit + 1 });
    const more = items.length > limit;
    if (more) items.pop();
    return ok({ items, nextCursor: more ? cursorOf(items[items.length - 1]!.sequence) : undefined });
  }
}

function cursorOf(sequence: number): string {
  return Buffer.from(`s${sequence}`).toString('base64url');
}

function sequenceOf(cursor: string): bigint | 'invalid' {
  const match = /^s(\d{1,18})$/.exec(Buffer.from(cursor, 'base64url').toString());
  return match ? BigInt(match[1]!) : 'invalid';
}
