import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  gameSessionsCommands,
  identityQueries,
  ok,
  touchpointCommands,
  walletQueries,
  type Eligibility,
} from '@baize/contracts';
import { Database } from '@baize/persistence';
import { createLogger, type Chores } from '@baize/runtime';
import { waitFor, zoneAtNoon } from '@baize/testing';
import { hub88Speaker } from '../test/conformance/hub88';
import { brand, gameOf, startTestService, type TestService } from '../test/harness';
import type { GameSession } from './domain/game-session';
import { hashOfToken, Sessions, watchSessions } from './sessions';
import { endSession, insertSession } from './store/sessions';

/** A second replica beside the running service; its one connection to the database is held when a test says so. */
class Replica {
  private readonly database: Database;
  readonly sessions: Sessions;
  private readonly watch: Chores;

  constructor(url: string) {
    this.database = new Database({ url, poolSize: 1, name: 'replica' });
    this.sessions = new Sessions(this.database);
    const log = createLogger('replica');
    log.level = 'silent';
    this.watch = watchSessions(this.sessions, log);
    this.watch.start();
  }

  /** Does it while nothing else gets at the database. What it asks of the database is answered afterwards. */
  withoutDatabase<T>(act: () => Promise<T>): Promise<T> {
    return this.database.transactions.run(act);
  }

  async stop(): Promise<void> {
    await this.watch.stop();
    await this.database.close();
  }
}

describe('sessions in the memory of a replica', () => {
  let service: TestService;
  let replica: Replica;
  let session: GameSession;
  let handle: string;

  beforeAll(async () => {
    service = await startTestService();
    replica = new Replica(service.databaseUrl);
  });
  afterAll(async () => {
    await replica.stop();
    await service.stop();
  });
  beforeEach(async () => {
    handle = randomUUID();
    const { id: gameId } = gameOf('evolution');
    const [startedAtMs, expiresAtMs] = [Date.now(), Date.now() + 3_600_000];
    const about = { brand, gameId, provider: 'evolution', mode: 'real', currency: 'EUR' } as const;
    session = { id: randomUUID(), playerId: randomUUID(), startedAtMs, expiresAtMs, ...about };
    await insertSession(service.database, session, hashOfToken(randomUUID()), hashOfToken(handle));
    await waitFor(async () => {
      await find();
      return (await ofMemory()) !== undefined;
    });
  });

  const find = () => replica.sessions.find(brand, 'evolution', handle);
  const isOver = async () => (await find())?.endedAtMs !== undefined;
  /** What is answered without the database; undefined when that has to be asked. */
  const ofMemory = () => replica.withoutDatabase(() => Promise.race([find(), sleep(20, undefined)]));

  it('are read again at once when they are forgotten', async () => {
    await endSession(service.database, session.id, 'operator', new Date());
    replica.sessions.forget([session.playerId]);
    expect(await isOver()).toBe(true);
  });

  it('are over within moments when another replica ends them', async () => {
    await endSession(service.database, session.id, 'operator', new Date());
    await waitFor(isOver);
  });

  it('are over when the transaction that ended them was long under way', async () => {
    const slow = await service.database.session();
    await slow.query('BEGIN');
    await endSession(slow, session.id, 'operator', new Date());
    // others begin and end meanwhile, and are looked for
    await service.database.query(`SELECT pg_current_xact_id()`);
    await anotherLook();
    await anotherLook();
    expect(await isOver()).toBe(false);
    await slow.query('COMMIT');
    await slow.close();
    await waitFor(isOver);
  });

  it('are not relied upon when it cannot be looked whether they changed', async () => {
    const asked = await replica.withoutDatabase(async () => {
      await endSession(service.database, session.id, 'operator', new Date());
      const until = Date.now() + 4_000;
      // every try that is answered from memory is one that the next may not be
      for (;;) {
        const over = isOver();
        if (!(await Promise.race([over.then(() => true), sleep(20, false)]))) return { over };
        if (Date.now() > until) throw new Error('it was relied upon');
      }
    });
    expect(await asked.over).toBe(true);
  });

  /** Until the replica has looked for changes once more. */
  async function anotherLook(): Promise<void> {
    const lastLook = async () => {
      const [row] = await service.database.query<{ at: string }>(
        `SELECT query_start::text AS at FROM pg_stat_activity
         WHERE application_name = 'replica' AND datname = current_database() AND query LIKE '%end_moved_in >=%'`,
      );
      return row?.at;
    };
    const last = await lastLook();
    await waitFor(async () => ![undefined, last].includes(await lastLook()));
  }
});

describe('sessions in the memory of the replica that ends them', () => {
  let service: TestService;
  const player = { playerId: randomUUID(), currency: 'EUR' };

  beforeAll(async () => {
    service = await startTestService({ sessions: { concurrent: 'one' } });
    const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
    service.answer(identityQueries.checkEligibility, () => ok(eligible));
    const balance = { currency: 'EUR', real: 1, bonus: 0, locked: 0, total: 1, version: 1 };
    service.answer(walletQueries.getBalance, () => ok(balance));
  });
  afterAll(() => service.stop());

  const launch = async () => {
    const form = { playerId: player.playerId, mode: 'real' as const };
    const gameId = gameOf('hub88').id;
    const launched = await service.client.call(gameSessionsCommands.launchGame, { brand, gameId, form });
    if (!launched.ok) throw new Error(launched.error.code);
    return launched.value;
  };
  const restrict = (forbids: 'launch'[], epoch: number) =>
    service.client.call(touchpointCommands['game-sessions'], {
      ...{ sequence: 1_000, epoch, players: [{ ...player, brand, forbids }] },
    });
  /** The session that was opened is as if it had been played in for an hour, and no more may be played in a day. */
  const limit = async () => {
    await service.database.query(`UPDATE game_session SET started_at = started_at - interval '1 hour'`);
    await service.client.call(gameSessionsCommands.applySessionLimits, {
      ...{
        playerId: player.playerId,
        epoch: 1,
        timeZone: zoneAtNoon(),
        limits: [{ period: 'month', minutes: 1 }],
      },
    });
  };
  const ways: Record<string, (sessionId: string) => Promise<unknown>> = {
    'by its end': (sessionId) =>
      service.client.call(gameSessionsCommands.endGameSession, { sessionId, brand }),
    'by the next launch': launch,
    'by a restriction': () => restrict(['launch'], 1).then(() => restrict([], 2)),
    'by a limit on time of play': limit,
  };

  it.each(Object.keys(ways))('are over at once %s', async (way) => {
    const { token, sessionId } = await launch();
    const balance = async () =>
      (await service.callback(hub88Speaker.balance({ ...player, sid: token }))).body;
    expect(await balance()).toContain('RS_OK');
    await ways[way]!(sessionId);
    expect(await balance()).toContain('RS_ERROR_TOKEN_EXPIRED');
  });
});
