import { setTimeout as pause } from 'node:timers/promises';
import {
  ledgerQueries,
  maxStatementLines,
  ok,
  type GetStatement,
  type Result,
  type Statement,
  type StatementLine,
} from '@baize/contracts';
import { ServiceFault } from '@baize/messaging';
import type { StreamTools } from './stream';

const attempts = 5;
const attemptGapMs = 500;

const columns: Readonly<Record<string, (line: StatementLine) => string | number | undefined>> = {
  sequence: (line) => line.sequence,
  id: (line) => line.id,
  kind: (line) => line.kind,
  createdAt: (line) => line.createdAt,
  currency: (line) => line.currency,
  amount: (line) => line.amount,
  real: (line) => line.funds.real,
  bonus: (line) => line.funds.bonus,
  locked: (line) => line.funds.locked,
  balanceAfter: (line) => line.balanceAfter,
  provider: (line) => line.provider,
  providerTxId: (line) => line.providerTxId,
  gameId: (line) => line.gameId,
  roundId: (line) => line.roundId,
  referenceId: (line) => line.referenceId,
  sessionId: (line) => line.sessionId,
  actor: (line) => line.actor,
  source: (line) => line.source,
};
const names = Object.keys(columns);

/**
 * A whole statement as CSV (RFC 4180): a row `opening-balance`, one for each line, a row `closing-balance`. Amounts are
 * minor units. The wallet is asked for the next page when the last one has been read, so that a year takes no more
 * memory than a day.
 */
export async function openStatementCsv(
  query: GetStatement,
  { services }: StreamTools,
): Promise<Result<AsyncIterable<string>>> {
  const ask = (cursor: string | undefined) =>
    services.call(ledgerQueries.getStatement, { ...query, limit: maxStatementLines, cursor });
  const first = await ask(query.cursor);
  return first.ok ? ok(rows(first.value, (cursor) => patiently(() => ask(cursor)))) : first;
}

async function* rows(
  first: Statement,
  next: (cursor: string) => Promise<Result<Statement>>,
): AsyncGenerator<string> {
  const { currency, from, to, openingBalance, closingBalance } = first;
  yield `${names.join(',')}\r\n${balanceRow('opening-balance', from, currency, openingBalance)}`;
  for (let page = first; ;) {
    yield page.items.map(lineRow).join('');
    if (page.nextCursor === undefined) break;
    const answer = await next(page.nextCursor);
    if (!answer.ok) throw new Error(`the statement broke off: ${answer.error.code}`);
    page = answer.value;
  }
  yield balanceRow('closing-balance', to, currency, closingBalance);
}

/** A page can be asked for again: a wallet that starts anew must not cost an hour's export. */
async function patiently(ask: () => Promise<Result<Statement>>): Promise<Result<Statement>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || attempt >= attempts) throw fault;
      await pause(attemptGapMs * attempt);
    }
  }
}

function lineRow(line: StatementLine): string {
  return `${names.map((name) => cell(columns[name]?.(line))).join(',')}\r\n`;
}

function balanceRow(kind: string, createdAt: string, currency: string, balanceAfter: number): string {
  const known: Readonly<Record<string, string | number>> = { kind, createdAt, currency, balanceAfter };
  return `${names.map((name) => cell(known[name])).join(',')}\r\n`;
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  // spreadsheets run text that begins like a formula
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
