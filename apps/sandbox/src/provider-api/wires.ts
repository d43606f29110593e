import { createHash, verify } from 'node:crypto';
import type { ProviderName } from '../dialects/dialect';
import { canonical, hmac, phpEncoded } from './signing';
import { header, isBasic, jsonOf, textIn, type ApiRequest, type ApiWire, type SandboxGame } from './wire';

const perPage = 3;
function queryOf({ path }: ApiRequest): URLSearchParams {
  return new URLSearchParams(path.split('?')[1] ?? '');
}

const softswiss: ApiWire = {
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

const hub88: ApiWire = {
  trusts(request, { TEST_ONLY_operatorPublicKeyPem: key = '' }) {
    const signature = Buffer.from(header(request, 'x-hub88-signature'), 'base64');
    return verify('sha256', Buffer.from(request.body), key, signature);
  },
  read(request) {
    const fields = jsonOf(request);
    const id = textIn(fields, 'operator_reference');
    switch (request.path) {
      case '/operator/generic/v2/game/list':
        return { kind: 'list', page: 1 };
      case '/operator/generic/v2/freebet/rewards/create':
        return { kind: 'grant', id, rounds: Number(fields.bet_count), playerId: textIn(fields, 'user') };
      case '/operator/generic/v2/freebet/rewards/cancel':
        return { kind: 'cancel', id };
      default:
        return undefined;
    }
  },
  list: (games) =>
    JSON.stringify(
      games.map((game) => ({
        game_code: game.id,
        name: game.name,
        category: hub88Kinds[game.kind],
        platforms: game.devices.includes('mobile') ? ['GPL_DESKTOP', 'GPL_MOBILE'] : ['GPL_DESKTOP'],
        blocked_countries: game.blocked,
        currencies: game.currencies,
        rtp: String(game.rtp),
        volatility: game.volatility.toUpperCase(),
        freebet_support: game.freeRounds,
        demo_game_support: game.demo,
        enabled: true,
      })),
    ),
  granted: (reward_uuid) => JSON.stringify({ reward_uuid }),
  cancelled: () => '{}',
  refused: { status: 404, body: '{"error":"REWARD_NOT_FOUND"}' },
};
const hub88Kinds: Readonly<Record<SandboxGame['kind'], string>> = {
  slot: 'Video Slots',
  table: 'Table Games',
  live: 'Live Dealer',
  jackpot: 'Jackpot Slots',
  instant: 'Crash Games',
};

const slotegrator: ApiWire = {
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

const pragmatic: ApiWire = {
  trusts(request, { secretKey = '', secureLogin }) {
    const { hash, ...fields } = Object.fromEntries(new URLSearchParams(request.body));
    const names = Object.keys(fields).sort();
    const text = names.map((name) => `${name}=${fields[name] ?? ''}`).join('&') + secretKey;
    return fields.secureLogin === secureLogin && hash === createHash('md5').update(text).digest('hex');
  },
  read(request) {
    const fields = new URLSearchParams(request.body);
    const id = fields.get('bonusCode') ?? '';
    switch (request.path) {
      case '/IntegrationService/v3/http/CasinoGameAPI/getCasinoGames/':
        return { kind: 'list', page: 1 };
      case '/IntegrationService/v3/http/FreeRoundsBonusAPI/createFRB/':
        return {
          kind: 'grant',
          id,
          rounds: Number(fields.get('rounds')),
          playerId: fields.get('playerId') ?? '',
        };
      case '/IntegrationService/v3/http/FreeRoundsBonusAPI/cancelFRB/':
        return { kind: 'cancel', id };
      default:
        return undefined;
    }
  },
  list: (games) =>
    JSON.stringify({
      error: '0',
      description: 'OK',
      gameList: games.map((game) => ({
        gameID: game.id,
        gameName: game.name,
        typeDescription:
          game.kind === 'slot' ? 'Video Slots' : game.kind === 'table' ? 'Roulette' : game.kind,
        platform: game.devices.includes('mobile') ? 'MOBILE,DOWNLOAD,WEB' : 'WEB',
        demoGameAvailable: game.demo,
        frbAvailable: game.freeRounds,
        jurisdictions: ['99', 'MT'],
        rtp: game.rtp,
        volatility: game.volatility,
      })),
    }),
  granted: () => '{"error":"0","description":"OK"}',
  cancelled: () => '{"error":"0","description":"OK"}',
  refused: { status: 200, body: '{"error":"17","description":"Bonus not found"}' },
};

const evolution: ApiWire = {
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

const playngo: ApiWire = {
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

const swipegames: ApiWire = {
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

/** Every provider's API that the sandbox plays. */
export const apiWires: Readonly<Record<ProviderName, ApiWire>> = {
  softswiss,
  evolution,
  hub88,
  slotegrator,
  swipegames,
  pragmatic,
  playngo,
};
