import {
  DepositForm,
  MismatchForm,
  PageRequest,
  paymentCommands,
  paymentQueries,
  ReviewForm,
  WithdrawalForm,
} from '@baize/contracts';
import type { PaymentCallbacks } from '../callbacks/payment-callbacks';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute, type RawRoute } from '../http/route';

const tag = 'Payments';

/** Money in and out. */
export const paymentRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/players/{id}/deposits',
    operationId: 'requestDeposit',
    summary: 'Starts a deposit',
    description:
      'The player pays at `redirectUrl`. `unknown`: the PSP did not answer and is being asked; nothing has failed.',
    tag,
    access: { scope: 'payments:write', player: true },
    priority: 'bet',
    body: DepositForm,
    idempotent: true,
    status: 201,
    place: 'deposit',
    eligibility: ({ brand, params, body }) => ({
      ...{ brand, playerId: params.id ?? '', action: 'deposit', amount: body.amount },
    }),
    contract: paymentCommands.requestDeposit,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller, idempotency }) =>
      Object.assign({ brand, playerId: params.id ?? '', actor: actorOf(caller), idempotency }, body),
  }),
  api({
    method: 'POST',
    path: '/v1/players/{id}/withdrawals',
    operationId: 'requestWithdrawal',
    summary: 'Locks funds and pays them out',
    description:
      'Whatever must be checked before the money leaves holds it in `review`; it refuses nothing that is funded.',
    tag,
    access: { scope: 'payments:write', player: true },
    priority: 'bet',
    body: WithdrawalForm,
    idempotent: true,
    status: 201,
    contract: paymentCommands.requestWithdrawal,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller, idempotency }) =>
      Object.assign({ brand, playerId: params.id ?? '', actor: actorOf(caller), idempotency }, body),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/payments',
    operationId: 'listPayments',
    summary: 'Payments of a player, newest first',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    query: PageRequest,
    status: 200,
    contract: paymentQueries.listPayments,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'GET',
    path: '/v1/payments/{id}',
    operationId: 'getPayment',
    summary: 'A payment with its history',
    tag,
    access: { scope: 'wallet:read', player: true },
    priority: 'read',
    status: 200,
    contract: paymentQueries.getPayment,
    request: ({ brand, params, playerId }) => ({ brand, paymentId: params.id ?? '', ownerId: playerId }),
  }),
  api({
    method: 'POST',
    path: '/v1/withdrawals/{id}/cancel',
    operationId: 'cancelWithdrawal',
    summary: 'Gives the funds back, until submission',
    description: 'Not in markets that forbid it, such as GB.',
    tag,
    access: { scope: 'payments:write', player: true },
    priority: 'bet',
    status: 200,
    contract: paymentCommands.cancelWithdrawal,
    request: ({ brand, params, caller, playerId }) => ({
      ...{ brand, paymentId: params.id ?? '', ownerId: playerId, actor: actorOf(caller) },
    }),
  }),
  api({
    method: 'POST',
    path: '/v1/withdrawals/{id}/reviews',
    operationId: 'reviewWithdrawal',
    summary: 'Approves or rejects a withdrawal in review',
    description: 'An approval covers the reasons that are on view; what is raised later is reviewed again.',
    tag,
    access: { scope: 'payments:write' },
    priority: 'bet',
    body: ReviewForm,
    status: 200,
    contract: paymentCommands.reviewWithdrawal,
    request: ({ brand, params, body, caller }) =>
      Object.assign({ brand, paymentId: params.id ?? '', actor: actorOf(caller) }, body),
  }),
  api({
    method: 'POST',
    path: '/v1/deposits/{id}/mismatch-decisions',
    operationId: 'decideMismatch',
    summary: 'Ends a deposit that was confirmed for another amount',
    tag,
    access: { scope: 'payments:write' },
    priority: 'bet',
    body: MismatchForm,
    status: 200,
    contract: paymentCommands.decideMismatch,
    request: ({ brand, params, body, caller }) =>
      Object.assign({ brand, paymentId: params.id ?? '', actor: actorOf(caller) }, body),
  }),
  api({
    method: 'GET',
    path: '/v1/payment-reviews',
    operationId: 'listPaymentReviews',
    summary: 'Payments that wait for people, the longest waiting first',
    tag,
    access: { scope: 'wallet:read' },
    priority: 'read',
    query: PageRequest,
    status: 200,
    contract: paymentQueries.listReviews,
    request: ({ brand, query }) => Object.assign({ brand }, query),
  }),
];

/** Where PSPs send their webhooks. */
export function paymentCallbackRoute(callbacks: PaymentCallbacks): RawRoute {
  return {
    kind: 'raw',
    method: 'POST',
    path: '/callbacks/payments/{brand}/{psp}',
    operationId: 'paymentCallback',
    summary: "A PSP's webhook in its own dialect",
    description: "Proves itself by the PSP's own signature. The answer is in the PSP's form.",
    tag: 'Callbacks',
    hot: true,
    responses: { default: { description: "The dialect's answer" } },
    serve: (request, reply) => callbacks.serve(request, reply),
  };
}
