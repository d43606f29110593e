import { type GetStatement, ledgerCommands, ledgerQueries, walletQueries } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute, type Input } from '../http/route';
import { openBalanceStream } from '../streams/balance-stream';
import { openStatementCsv } from '../streams/statement-csv';
import { BalanceQuery } from './forms';
import { HouseTransferForm, StatementQuery, WalletForm } from './ledger-forms';

const tag = 'Wallet';

function statementOf({ brand, params, query, caller }: Input<object, StatementQuery>): GetStatement {
  const { format: _, ...period } = query;
  const audience = caller.kind === 'player' ? 'player' : 'operator';
  return Object.assign({ brand, playerId: params.id ?? '', audience } as const, period);
}

const walletOf = ({ brand, params, query }: Input<object, BalanceQuery>) =>
  Object.assign({ brand, playerId: params.id ?? '' }, query);

/** Wallets, statements, the balance as it happens, and the house's side of the ledger. */
export const ledgerRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/players/{id}/wallets',
    operationId: 'listWallets',
    summary: "A player's wallets, the default one first",
    description: '`exponent` says how many decimal places the minor unit has.',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    status: 200,
    contract: ledgerQueries.listWallets,
    owner: ({ params }) => params.id,
    request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  }),
  api({
    method: 'POST',
    path: '/v1/players/{id}/wallets',
    operationId: 'openWallet',
    summary: "Opens a player's wallet of another currency",
    description: 'One that is open already is answered as it is, so no Idempotency-Key is needed.',
    tag,
    access: { scope: 'payments:write', player: true },
    priority: 'bet',
    body: WalletForm,
    status: 201,
    contract: ledgerCommands.openWallet,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body }) => ({
      brand,
      playerId: params.id ?? '',
      currency: body.currency,
    }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/balance/stream',
    operationId: 'streamBalance',
    summary: 'Balance as it happens',
    description:
      'Server-sent events: `balance` now and within a second of every change (several at once are one), `end` with a ' +
      'reason when the stream ends: `access-ended` with the token, `access-unknown`, `closing` or `reconnect`.',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    query: BalanceQuery,
    status: 200,
    contract: walletQueries.getBalance,
    owner: ({ params }) => params.id,
    request: walletOf,
    stream: {
      contentType: 'text/event-stream; charset=utf-8',
      description: 'The `data` of a `balance` event is a BalanceDto, its `id` the version.',
      endless: true,
      open: (input, tools) => openBalanceStream(walletOf(input), tools),
    },
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/statements',
    operationId: 'getStatement',
    summary: 'Account of one wallet over a period, oldest line first',
    description:
      '`openingBalance` and the `amount` of every line add up to `closingBalance`. A cursor keeps the period as the first ' +
      'page found it. With `format=csv` or `Accept: text/csv` the whole period is streamed, amounts in minor units.',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    query: StatementQuery,
    status: 200,
    contract: ledgerQueries.getStatement,
    owner: ({ params }) => params.id,
    request: (input) => statementOf(input),
    stream: {
      contentType: 'text/csv; charset=utf-8',
      description: 'A row `opening-balance`, a row for each line, a row `closing-balance`.',
      wanted: (query, accept) => {
        const { format } = query;
        if (format !== undefined) return format === 'csv';
        return accept.includes('text/csv') && !accept.includes('application/json');
      },
      open: (input, tools) => openStatementCsv(statementOf(input), tools),
    },
  }),
  api({
    method: 'GET',
    path: '/v1/house-accounts',
    operationId: 'listHouseAccounts',
    summary: "Balances of the house's accounts, as of now",
    description:
      'Signed so that they and the wallets of a currency sum to zero: kept stakes are above zero in `games`, paid-in money is ' +
      'below zero in `payments`, given bonuses in `promotions`.',
    tag,
    access: { scope: 'reports:read' },
    priority: 'read',
    status: 200,
    contract: ledgerQueries.listHouseAccounts,
    request: ({ brand }) => ({ brand }),
  }),
  api({
    method: 'POST',
    path: '/v1/house-transfers',
    operationId: 'transferHouseFunds',
    summary: "Moves money between two kinds of the house's accounts",
    description:
      "A PSP's fee goes from `fees` to `payments`, the funding of a jackpot from `games` to `jackpots`. No player's money moves.",
    tag,
    access: { scope: 'payments:write' },
    priority: 'bet',
    body: HouseTransferForm,
    idempotent: true,
    status: 201,
    contract: ledgerCommands.transferHouseFunds,
    request: ({ brand, body, caller, idempotency }) =>
      Object.assign({ brand, actor: actorOf(caller), idempotency }, body),
  }),
];
