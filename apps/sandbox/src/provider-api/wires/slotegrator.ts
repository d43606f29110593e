import { hmac, phpEncoded } from '../signing';
import { type ApiWire, header, queryOf } from '../wire';

const perPage = 3;

export const slotegrator: ApiWire = {
  trusts(request, { merchantId = '', merchantKey }) {
    const fields = new URLSearchParams(request.method === 'GET' ? queryOf(request) : request.body);
    for (const name of ['X-Merchant-Id', 'X-Timestamp', 'X-Nonce'])
      fields.append(name, header(request, name.toLowerCase()));
    const text = [...fields]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${phpEncoded(name)}=${phpEncoded(value)}`)
      .join('&');
    return (
      header(request, 'x-merchant-id') === merchantId &&
      header(request, 'x-sign') === hmac('sha1', merchantKey, text)
    );
  },
  read(request) {
    if (request.method === 'GET' && request.path.startsWith('/games?'))
      return { kind: 'list', page: Number(queryOf(request).get('page') ?? '1') };
    const fields = new URLSearchParams(request.body);
    const id = fields.get('freespin_id') ?? '';
    if (request.path === '/freespins/cancel') return { kind: 'cancel', id };
    if (request.path !== '/freespins/set') return undefined;
    const rounds = Number(fields.get('quantity'));
    return { kind: 'grant', id, rounds, playerId: fields.get('player_id') ?? '' };
  },
  list: (games, page) =>
    JSON.stringify({
      items: games.slice((page - 1) * perPage, page * perPage).map((game) => ({
        uuid: game.id,
        name: game.name,
        type: game.kind === 'slot' ? 'slots' : game.kind === 'table' ? 'blackjack' : game.kind,
        is_mobile: game.devices.includes('desktop') ? 0 : 1,
        has_freespins: game.freeRounds ? 1 : 0,
        parameters: { rtp: game.rtp, volatility: game.volatility },
      })),
      _meta: {
        totalCount: games.length,
        pageCount: Math.ceil(games.length / perPage),
        currentPage: page,
        perPage,
      },
    }),
  granted: () => '{"success":true}',
  cancelled: () => '{"success":true}',
  refused: { status: 404, body: '{"message":"not found"}' },
};
