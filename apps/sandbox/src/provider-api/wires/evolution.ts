import { type ApiWire, isBasic, jsonOf, textIn } from '../wire';

export const evolution: ApiWire = {
  trusts: (request, { casinoKey, apiToken }) => isBasic(request, casinoKey, apiToken),
  read(request) {
    const [, casino, id] =
      /^\/api\/free-games\/v1\/([^/]+)\/vouchers(?:\/([^/]+))?$/.exec(request.path) ?? [];
    if (/^\/api\/lobby\/v1\/[^/]+\/state$/.test(request.path)) return { kind: 'list', page: 1 };
    if (casino === undefined) return undefined;
    if (request.method === 'DELETE') return { kind: 'cancel', id: decodeURIComponent(id ?? '') };
    const fields = jsonOf(request);
    const rounds = Number(fields.rounds);
    return { kind: 'grant', id: textIn(fields, 'externalId'), rounds, playerId: textIn(fields, 'playerId') };
  },
  list: (games) =>
    JSON.stringify({
      tables: Object.fromEntries(
        games.map((game, place) => [
          game.id,
          {
            name: game.name,
            gameType: game.kind === 'live' ? 'roulette' : game.kind === 'table' ? 'rng' : `${game.kind}s`,
            open: true,
            language: 'en',
            operationHours: { type: 'FullTime' },
            seats: 7,
            rtp: game.rtp,
            devices: game.devices,
            demo: game.demo,
            freeGames: game.freeRounds,
            blockedCountries: game.blocked,
            betLimits: Object.fromEntries(
              game.currencies.map((currency) => [currency, { min: 1, max: 1_000 * (place + 1) }]),
            ),
          },
        ]),
      ),
    }),
  granted: (voucherId) => JSON.stringify({ voucherId }),
  cancelled: () => '',
  refused: { status: 404, body: '{"error":"voucher not found"}' },
};
