import { walletCommands, walletQueries } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';
import { AdjustmentForm, BalanceQuery, TransactionsQuery } from './forms';

const tag = 'Wallet';

/** Balances, account lines and manual adjustments. */
export const walletRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/players/{id}/balance',
    operationId: 'getBalance',
    summary: 'Live balance of one wallet',
    description: '`real` below zero is a debt; `total` is `real` + `bonus` + `locked`.',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    query: BalanceQuery,
    status: 200,
    contract: walletQueries.getBalance,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/transactions',
    operationId: 'listTransactions',
    summary: 'Account lines, newest first',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    query: TransactionsQuery,
    status: 200,
    contract: walletQueries.listTransactions,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'POST',
    path: '/v1/players/{id}/adjustments',
    operationId: 'adjustBalance',
    summary: 'Adjusts the real money of a player by hand',
    description: 'Above a configured amount a second caller approves it before it is posted.',
    tag,
    access: { scope: 'payments:write' },
    priority: 'bet',
    body: AdjustmentForm,
    idempotent: true,
    status: 201,
    contract: walletCommands.adjustBalance,
    request: ({ brand, params, body, caller, idempotency }) => ({
      brand,
      playerId: params.id ?? '',
      amount: body.amount,
      reason: body.reason,
      actor: actorOf(caller),
      idempotency,
    }),
  }),
  api({
    method: 'POST',
    path: '/v1/adjustments/{id}/approvals',
    operationId: 'approveAdjustment',
    summary: 'Approves an adjustment that waits for a second person',
    tag,
    access: { scope: 'payments:write' },
    priority: 'bet',
    status: 201,
    contract: walletCommands.approveAdjustment,
    request: ({ brand, params, caller }) => ({
      brand,
      adjustmentId: params.id ?? '',
      actor: actorOf(caller),
    }),
  }),
];
