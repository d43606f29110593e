import {
  ledgerQueries,
  ok,
  refuse,
  type GetStatement,
  type Result,
  type Statement,
  type StatementLine,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { momentOf } from '../../domain/moment';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { decodeCursor, encodeCursor, type StatementCursor } from '../../domain/statement-cursor';
import { balanceAt, findPeriod, listLines } from '../../store/statements';
import { findWallet } from '../../store/wallets';

const defaultLimit = 50;

@Controller()
export class GetStatementController {
  constructor(private readonly database: Database) {}

  @Handles(ledgerQueries.getStatement)
  async handle(query: GetStatement): Promise<Result<Statement>> {
    const { brand, limit = defaultLimit } = query;
    if (!isOurId(query.playerId)) return refusal('wallet.player-not-found');
    const cursor = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    if (query.cursor !== undefined && !cursor)
      return refuse('request.invalid', 'The cursor is not one of ours.');
    const found = await findWallet(this.database, brand, query.playerId, cursor?.currency ?? query.currency);
    if (!found.player) return refusal('wallet.player-not-found');
    if (!found.wallet) return refusal('wallet.wallet-not-found');
    const wallet = { playerId: query.playerId, currency: found.wallet.currency };
    const at = cursor ? ok(cursor) : await this.open(wallet, query);
    return at.ok ? ok(await this.page(wallet, at.value, { limit, audience: query.audience })) : at;
  }

  private async open(
    wallet: { playerId: string; currency: string },
    { from, to }: GetStatement,
  ): Promise<Result<StatementCursor>> {
    const [start, end] = [from, to].map((text) => (text === undefined ? undefined : momentOf(text)));
    if (from !== undefined && !start) return invalid('from', 'must be an RFC 3339 time or a date');
    if (to !== undefined && !end) return invalid('to', 'must be an RFC 3339 time or a date');
    const period = await findPeriod(this.database, wallet, { from: start, to: end });
    if (period.from > period.to) return invalid('from', 'must not be after `to`');
    return ok({ ...period, currency: wallet.currency, read: period.after });
  }

  private async page(
    wallet: { playerId: string; currency: string },
    at: StatementCursor,
    { limit, audience }: { limit: number; audience: GetStatement['audience'] },
  ): Promise<Statement> {
    const db = this.database;
    const [opening, closing, lines] = await Promise.all([
      balanceAt(db, wallet, at.after),
      balanceAt(db, wallet, at.last),
      listLines(db, wallet, { after: at.read, last: at.last, limit }),
    ]);
    const read = BigInt(lines[lines.length - 1]?.sequence ?? at.last);
    return {
      currency: wallet.currency,
      from: at.from.toISOString(),
      to: at.to.toISOString(),
      openingBalance: Number(opening),
      closingBalance: Number(closing),
      items: audience === 'operator' ? lines : lines.map(forPlayer),
      nextCursor: read < at.last ? encodeCursor({ ...at, read }) : undefined,
    };
  }
}

function forPlayer({ actor: _actor, source: _source, ...line }: StatementLine): StatementLine {
  return line;
}

function invalid(field: string, message: string): Result<never> {
  return refuse('request.invalid', 'The period is not valid; see `errors`.', {
    errors: [{ path: `/${field}`, message }],
  });
}
