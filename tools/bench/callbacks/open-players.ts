import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import {
  gameSessionsQueries,
  walletCommands,
  type GameDto,
  type Result,
  type ServiceName,
} from '@baize/contracts';
import { connectBroker, RequestClient, ServiceFault } from '@baize/messaging';
import { load } from './side';

/** Ways into the platform: the broker as one of the services. */
export interface BrokerAccess {
  readonly natsUrl: string;
  readonly password: (service: ServiceName) => string;
}

const inFlight = 128;

/**
 * Opens players with money the way that identity and the gateway do, without the password hashes and the public
 * rate limits of registrations over HTTP, which are not what is measured.
 */
export async function openPlayers(access: BrokerAccess): Promise<string[]> {
  const playerIds = Array.from({ length: load.players }, () => randomUUID());
  await asService(access, 'identity', (client) =>
    each(playerIds, (playerId) =>
      client.call(walletCommands.openPlayer, { playerId, brand: 'demo', currency: load.currency, epoch: 0 }),
    ),
  );
  await asService(access, 'gateway', (client) =>
    each(playerIds, (playerId) =>
      client.call(walletCommands.adjustBalance, {
        playerId,
        brand: 'demo',
        amount: { amount: load.openingBalance, currency: load.currency },
        reason: 'opening balance',
        actor: { kind: 'system', id: 'benchmark' },
        idempotency: {
          key: playerId,
          caller: 'client:benchmark',
          bodySha256: createHash('sha256').update(playerId).digest('hex'),
        },
      }),
    ),
  );
  return playerIds;
}

/** A game of the seeded catalogue. */
export function findGame(access: BrokerAccess, provider: string): Promise<GameDto> {
  return asService(access, 'gateway', async (client) => {
    const page = valueOf(
      await client.call(gameSessionsQueries.listGames, { brand: 'demo', provider, limit: 1 }),
    );
    const [game] = page.items;
    if (!game) throw new Error(`the catalogue has no game of ${provider}`);
    return game;
  });
}

/**
 * A session for each player, as launches and hand-shakes leave them: identity and the provider's first call are not
 * what is measured.
 */
export async function openSessions(
  databaseUrl: string,
  provider: string,
  gameId: string,
  playerIds: readonly string[],
): Promise<string[]> {
  const tokens = playerIds.map(() => randomBytes(32).toString('base64url'));
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO game_session (id, brand, player_id, provider, game_id, mode, currency, token_hash, handle_hash,
         started_at, expires_at)
       SELECT gen_random_uuid(), 'demo', player_id, $1, $2, 'real', $3, sha256(token::bytea), sha256(token::bytea),
         now(), now() + interval '8 hours'
       FROM unnest($4::text[], $5::text[]) AS s(player_id, token)`,
      [provider, gameId, load.currency, playerIds, tokens],
    );
    return tokens;
  } finally {
    await client.end();
  }
}

/** Acts on the broker as one of the services. */
export async function asService<T>(
  { natsUrl, password }: BrokerAccess,
  user: ServiceName,
  act: (client: RequestClient) => Promise<T>,
): Promise<T> {
  const broker = await connectBroker({ url: natsUrl, user, password: password(user), name: `bench-${user}` });
  try {
    return await act(new RequestClient(broker));
  } finally {
    await broker.close();
  }
}

/** Asks for all, so many at once; a refusal ends it. */
async function each(
  playerIds: readonly string[],
  ask: (playerId: string) => Promise<Result<unknown>>,
): Promise<void> {
  const left = [...playerIds];
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) {
        const playerId = next;
        valueOf(await patiently(() => ask(playerId)));
      }
    }),
  );
}

const patienceMs = 90_000;
const notNow = ['idempotency.in-progress', 'wallet.fence-unavailable'];

/** Asks again, with the same keys, when a machine that has other work does not answer in time: none of this is measured. */
export async function patiently<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const isLast = Date.now() > until;
    const answer = await ask().catch((error: unknown) => {
      if (!(error instanceof ServiceFault) || isLast) throw error;
      return undefined;
    });
    const isNotNow = answer?.ok === false && notNow.includes(answer.error.code);
    if (answer !== undefined && (!isNotNow || isLast)) return answer;
    await sleep(1_000);
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.detail}`);
  return result.value;
}
