import { type ApiWire, isBasic } from '../wire';

export const playngo: ApiWire = {
  trusts: (request, { apiUser, apiPassword }) => isBasic(request, apiUser, apiPassword),
  read(request) {
    if (/^\/Configuration\/v2\/[^/]+\/games$/.test(request.path)) return { kind: 'list', page: 1 };
    if (request.path !== '/CasinoGameService') return undefined;
    const field = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(request.body)?.[1] ?? '';
    const id = field('freegameExternalId');
    if (request.body.startsWith('<cancelFreegame>')) return { kind: 'cancel', id };
    return { kind: 'grant', id, rounds: Number(field('rounds')), playerId: field('userId') };
  },
  list: (games) =>
    JSON.stringify({
      games: games.map((game) => ({
        gameId: game.id,
        name: game.name,
        type: game.kind === 'slot' ? 'videoslot' : game.kind === 'table' ? 'tablegames' : game.kind,
        rtp: [game.rtp, 94],
        volatility: game.volatility,
        channels: game.devices,
        currencies: game.currencies,
        blockedCountries: game.blocked,
        practice: game.demo,
        freeGames: game.freeRounds,
      })),
    }),
  granted: () => '<addFreegameOffersResponse><statusCode>0</statusCode></addFreegameOffersResponse>',
  cancelled: () => '<cancelFreegameResponse><statusCode>0</statusCode></cancelFreegameResponse>',
  refused: { status: 200, body: '<response><statusCode>9</statusCode></response>' },
};
