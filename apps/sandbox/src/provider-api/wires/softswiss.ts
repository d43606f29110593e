import { hmac } from '../signing';
import { type ApiWire, header, jsonOf, textIn } from '../wire';

export const softswiss: ApiWire = {
  trusts: (request, { secret }) => header(request, 'x-request-sign') === hmac('sha256', secret, request.body),
  read(request) {
    if (request.method === 'GET' && request.path.startsWith('/games?')) return { kind: 'list', page: 1 };
    const fields = jsonOf(request);
    const id = textIn(fields, 'issue_id');
    if (request.path === '/freespins/cancel') return { kind: 'cancel', id };
    if (request.path !== '/freespins/issue') return undefined;
    return {
      kind: 'grant',
      id,
      rounds: Number(fields.freespins_quantity),
      playerId: textIn(fields, 'user_id'),
    };
  },
  list: (games) =>
    JSON.stringify(
      games.map((game) => ({
        identifier: game.id,
        title: game.name,
        category: game.kind === 'slot' ? 'slots' : game.kind === 'table' ? 'roulette' : game.kind,
        has_freespins: game.freeRounds,
        payout: game.rtp,
        volatility_rating: game.volatility,
        devices: game.devices,
        currencies: game.currencies,
        licenses: ['MT', 'CW'],
        has_demo: game.demo,
        restrictions: { default: { blacklist: game.blocked } },
      })),
    ),
  granted: () => '{}',
  cancelled: () => '{}',
  refused: { status: 400, body: '{"code":400,"message":"The freespins cannot be found"}' },
};
