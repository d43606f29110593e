import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { exponentOf } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type { FreeRoundAct, FreeRoundOrder, ProviderApi, ProviderRequest } from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import type { JsonObject } from '../json-body';
import {
  basisPoints,
  categoryOf,
  countries,
  currencyCode,
  flag,
  languageTag,
  optionalText,
  readGames,
  readingList,
  readingOrder,
  requireText,
  text,
  texts,
  told,
  volatilityOf,
  word,
} from '../provider-reply';

const base = '/operator/generic/v2';
const categories = {
  'video slots': 'slot',
  'classic slots': 'slot',
  'table games': 'table',
  'video poker': 'table',
  'live dealer': 'live',
  'live games': 'live',
  'jackpot slots': 'jackpot',
  'crash games': 'instant',
  'scratch cards': 'instant',
  'instant win': 'instant',
} as const;
const platforms: Readonly<Record<string, readonly string[]>> = {
  GPL_DESKTOP: ['desktop'],
  GPL_MOBILE: ['mobile', 'tablet'],
};

/** JSON posts, signed with the operator's own RSA key (docs.hub88.io, Operator API: Games API, Freebets API). */
export function hub88Api(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const key = privateKey(requireSecret(credentials, 'operatorPrivateKeyPem'));
  const operator_id = requireText(credentials, 'operatorId');
  const signed = (path: string, fields: object): ProviderRequest => {
    const body = JSON.stringify({ operator_id, ...fields });
    const signature = sign('sha256', Buffer.from(body), key).toString('base64');
    const headers = { 'content-type': 'application/json', 'x-hub88-signature': signature };
    return { method: 'POST', path: `${base}${path}`, headers, body };
  };
  const act = (
    path: string,
    fields: (order: FreeRoundOrder) => object,
    read: FreeRoundAct['read'],
  ): FreeRoundAct => ({
    request: (order) => signed(path, fields(order)),
    read,
  });
  return {
    gameList: {
      request: () => signed('/game/list', {}),
      read: (reply) => readingList(reply, (body) => ({ games: readGames(body, readGame) })),
    },
    freeRounds: {
      grant: act('/freebet/rewards/create', grantFields, (reply) =>
        readingOrder(reply, (body) => {
          const reference = optionalText(body, 'reward_uuid');
          return reference === undefined
            ? { kind: 'unknown', why: 'the reply names no reward' }
            : { kind: 'done', reference };
        }),
      ),
      cancel: act(
        '/freebet/rewards/cancel',
        ({ id, reference }) => ({
          operator_reference: id,
          ...(reference !== undefined && { reward_uuid: reference }),
        }),
        (reply) => readingOrder(reply, () => ({ kind: 'done' })),
      ),
    },
  };
}

function grantFields(order: FreeRoundOrder): object {
  return {
    user: order.playerId,
    game_code: order.providerGameId,
    currency: order.currency,
    bet_value: order.stake * 10 ** (5 - (exponentOf(order.currency) ?? 2)),
    bet_count: order.rounds,
    start_time: new Date(order.startsAtMs).toISOString(),
    end_time: new Date(order.expiresAtMs).toISOString(),
    operator_reference: order.id,
  };
}

/** A game that they have switched off is not offered: it counts as not listed. */
function readGame(game: JsonObject): ListedGame | undefined {
  if (flag(game, 'enabled') === false) return undefined;
  const features = texts(game, 'features', word) ?? [];
  return {
    providerGameId: text(game, 'game_code'),
    name: text(game, 'name'),
    category: categoryOf(categories, optionalText(game, 'category')),
    devices: (texts(game, 'platforms', word) ?? []).flatMap((platform) => platforms[platform] ?? []),
    features: flag(game, 'freebet_support') ? [...features, 'free-rounds'] : features,
    ...told({
      rtpBasisPoints: basisPoints(game.rtp, 'rtp'),
      volatility: volatilityOf(optionalText(game, 'volatility')),
      currencies: texts(game, 'currencies', currencyCode),
      languages: texts(game, 'languages', languageTag),
      jurisdictions: texts(game, 'certifications', word),
      blockedCountries: countries(game, 'blocked_countries'),
      demoAvailable: flag(game, 'demo_game_support'),
    }),
  };
}

function privateKey(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    throw new Error('"api.operatorPrivateKeyPem" must be a private key in PEM');
  }
}
