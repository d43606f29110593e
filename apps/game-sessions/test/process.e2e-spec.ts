import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gameSessionsCommands, gameSessionsQueries } from '@baize/contracts';
import { connectBroker, ensureStreams, RequestClient } from '@baize/messaging';
import { createTestDatabase, migrateService, playFence, startService, testBroker } from '@baize/testing';
import { configFor, emptyCall, gameOf } from './harness';
import { softswissText } from './provider-calls';

/** The built service as it is deployed: its modes, its health, its end. */
describe('the game-sessions process', () => {
  it('migrates twice, starts, answers, and stops on SIGTERM', async () => {
    const server = await testBroker();
    const database = await createTestDatabase({ migrations: [] });
    const { gameSessionsConfig } = configFor(server.url, database);
    const env = { DATABASE_URL: database.url };
    migrateService('game-sessions', env);
    migrateService('game-sessions', env);
    const broker = await connectBroker({ url: server.url, user: 'test', name: 'test' });
    await ensureStreams(broker);
    playFence(broker);
    const service = await startService('game-sessions', {
      ...env,
      NATS_URL: server.url,
      GAME_SESSIONS_CONFIG: gameSessionsConfig,
    });
    const client = new RequestClient(broker);

    const games = await client.call(gameSessionsQueries.listGames, {
      brand: 'demo',
      provider: 'softswiss',
      limit: 200,
    });
    expect(games.ok && games.value.items.map(({ id }) => id)).toContain(gameOf('softswiss').id);

    const edges = await client.call(gameSessionsQueries.listProviders, {});
    expect(edges).toMatchObject({
      value: {
        items: [
          { provider: 'softswiss', fault: { status: 500 } },
          { provider: 'evolution', fault: { status: 200, body: '{"status":"TEMPORARY_ERROR"}' } },
          { provider: 'pragmatic', fault: { status: 200, body: expect.stringContaining('"error":100') } },
          { provider: 'playngo', fault: { status: 500, contentType: 'text/xml; charset=utf-8' } },
          { provider: 'hub88', fault: { status: 200, body: '{"status":"RS_ERROR_UNKNOWN"}' } },
          { provider: 'slotegrator', fault: { status: 500 } },
          { provider: 'swipegames', fault: { status: 500 } },
        ],
      },
    });
    for (const edge of edges.ok ? edges.value.items : [])
      for (const { bodyPattern } of edge.priorities)
        expect(() => new RegExp(bodyPattern ?? '')).not.toThrow();

    expect(await client.call(gameSessionsQueries.getHealth, {})).toMatchObject({
      value: { status: 'ready' },
    });

    const call = Object.assign(emptyCall(), softswissText('/play', '{"__proto__":1}'));
    const answer = await client.call(gameSessionsCommands.handleCallback, call);
    expect(answer).toMatchObject({ value: { status: 400, outcome: 'malformed' } });
    const metrics = await (await fetch(`${service.healthUrl}/metrics`)).text();
    expect(metrics).toContain(
      'baize_callbacks_quarantined_total{provider="softswiss",reason="malformed",kept="true"} 1',
    );
    expect(metrics).toContain('baize_callbacks_total{provider="softswiss",outcome="malformed"} 1');

    expect(await service.stop()).toBe(0);
    await broker.close();
    expect(run(['dead-letters', 'list'], env)).toEqual({ status: 0, output: '' });
    expect(run(['dead-letters', 'nonsense'], env)).toMatchObject({ status: 2 });
    await database.drop();
    await server.stop();
  }, 120_000);

  it('names every bad variable at once', () => {
    const { status, output } = run([], {});
    expect(status).toBe(1);
    for (const name of ['DATABASE_URL', 'NATS_URL', 'HTTP_PORT', 'GAME_SESSIONS_CONFIG'])
      expect(output).toContain(name);
  }, 60_000);
});

function run(args: string[], env: Record<string, string>): { status: number | null; output: string } {
  const { PATH } = process.env;
  const options = {
    env: { PATH, ...env },
    encoding: 'utf8',
    timeout: 30_000,
    cwd: join(__dirname, '../../..'),
  } as const;
  const done = spawnSync(process.execPath, ['apps/game-sessions/dist/main.js', ...args], options);
  return { status: done.status, output: done.stdout + done.stderr };
}
