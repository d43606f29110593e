import { KycCheckForm, kycCommands, kycQueries, RiskBandForm } from '@baize/contracts';
import type { KycCallbacks } from '../callbacks/kyc-callbacks';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute, type RawRoute } from '../http/route';

const tag = 'KYC';

/** Age, identity, address and source of funds. */
export const kycRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/players/{id}/kyc',
    operationId: 'getKyc',
    summary: 'What is proven of a player, what is due and why',
    tag,
    access: { scope: 'players:read', player: true },
    priority: 'read',
    status: 200,
    contract: kycQueries.getKyc,
    owner: ({ params }) => params.id,
    request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  }),
  api({
    method: 'POST',
    path: '/v1/players/{id}/kyc/checks',
    operationId: 'orderKycCheck',
    summary: 'Orders a check at a KYC vendor',
    description: "The result comes by the vendor's webhook, or by asking the vendor.",
    tag,
    access: { scope: 'players:write', player: true },
    priority: 'bet',
    body: KycCheckForm,
    idempotent: true,
    status: 202,
    contract: kycCommands.orderKycCheck,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller, idempotency }) => ({
      ...body,
      brand,
      playerId: params.id ?? '',
      actor: actorOf(caller),
      idempotency,
    }),
  }),
  api({
    method: 'PUT',
    path: '/v1/players/{id}/kyc/risk-band',
    operationId: 'setRiskBand',
    summary: 'Says how risky a player is',
    description: 'What the market makes due in that band is due from then on.',
    tag,
    access: { scope: 'compliance:write' },
    priority: 'bet',
    body: RiskBandForm,
    status: 204,
    contract: kycCommands.setRiskBand,
    request: ({ brand, params, body, caller }) => ({
      ...body,
      brand,
      playerId: params.id ?? '',
      actor: actorOf(caller),
    }),
  }),
];

/** Where KYC vendors call. */
export function kycCallbackRoute(callbacks: KycCallbacks): RawRoute {
  return {
    kind: 'raw',
    method: 'POST',
    path: '/callbacks/kyc/{brand}/{vendor}',
    operationId: 'handleKycCallback',
    summary: 'A webhook of a KYC vendor',
    description: "The vendor's own dialect, proven by its signature over the raw bytes.",
    tag: 'Callbacks',
    responses: {
      '200': { description: 'Heard', contentType: 'application/json', schema: {} },
      default: {
        description: 'A problem document',
        contentType: 'application/problem+json',
        schema: { $ref: '#/components/schemas/Problem' },
      },
    },
    requestBody: { contentType: 'application/json', schema: {} },
    serve: (request, reply) => callbacks.serve(request, reply),
  };
}
