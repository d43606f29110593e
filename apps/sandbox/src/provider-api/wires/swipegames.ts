import { canonical, hmac } from '../signing';
import { type ApiWire, header, jsonOf, queryOf, textIn } from '../wire';

export const swipegames: ApiWire = {
  trusts(request, { apiKey }) {
    const signed = request.method === 'GET' ? Object.fromEntries(queryOf(request)) : jsonOf(request);
    return header(request, 'x-request-sign') === hmac('sha256', apiKey, canonical(signed));
  },
  read(request) {
    if (request.method === 'GET' && request.path.startsWith('/games?')) return { kind: 'list', page: 1 };
    if (request.path !== '/free-rounds') return undefined;
    const fields = jsonOf(request);
    const id = textIn(fields, 'extID');
    if (request.method === 'DELETE') return { kind: 'cancel', id };
    const [playerId] = Array.isArray(fields.userIDs) ? (fields.userIDs as unknown[]) : [];
    return { kind: 'grant', id, rounds: Number(fields.quantity), playerId: String(playerId) };
  },
  list: (games) =>
    JSON.stringify(
      games.map((game) => ({
        id: game.id,
        title: game.name,
        category: game.kind === 'slot' ? 'slots' : game.kind === 'instant' ? 'crash' : game.kind,
        platforms: game.devices,
        currencies: game.currencies,
        locales: ['en', 'de'],
        blockedCountries: game.blocked,
        hasDemo: game.demo,
        hasFreeSpins: game.freeRounds,
        rtp: game.rtp,
        volatility: game.volatility,
        enabled: true,
      })),
    ),
  granted: (id) => JSON.stringify({ id }),
  cancelled: () => '{}',
  refused: { status: 404, body: '{"message":"not found"}' },
};
