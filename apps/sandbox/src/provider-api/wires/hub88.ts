import { verify } from 'node:crypto';
import { type ApiWire, header, jsonOf, type SandboxGame, textIn } from '../wire';

export const hub88: ApiWire = {
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
