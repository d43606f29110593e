import { createHash } from 'node:crypto';
import { type ApiWire } from '../wire';

export const pragmatic: ApiWire = {
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
