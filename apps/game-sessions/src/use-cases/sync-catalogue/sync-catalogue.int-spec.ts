import {
  gameSessionsCommands,
  gameSessionsQueries,
  type CatalogueRunDto,
  type GameDto,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { uuidv7 } from 'uuidv7';
import games from '../../../seed/games.json';
import { brand, startTestService, type TestService } from '../../../test/harness';
import { startProviderApi, type ProviderApiServer } from '../../../test/provider-api-server';
import { applyWholeList, finishedRun } from '../../apply-list';
import { Catalogue } from '../../catalogue';
import type { ListedGame } from '../../domain/catalogue';
import { madeGames } from '../../domain/fixtures/made-games';
import { beginSync, failLostRuns } from '../../store/catalogue-runs';

const provider = 'softswiss';
const seeded = (games as GameDto[]).filter((game) => game.provider === provider);
const all = seeded.map((game) => ({
  identifier: game.providerGameId,
  title: game.name,
  category: game.category === 'slot' ? 'slots' : game.category,
  payout: (game.rtpBasisPoints ?? 0) / 100,
  devices: game.devices,
  currencies: game.currencies,
  has_demo: game.demoAvailable,
  restrictions: { default: { blacklist: game.blockedCountries } },
}));
const another = {
  identifier: 'softswiss:New',
  title: 'A new one',
  category: 'crash',
  payout: '96.5',
  devices: ['mobile'],
};

describe('the catalogue and the list of a provider', () => {
  let api: ProviderApiServer;
  let service: TestService;

  const lists = (list: unknown, status = 200) => api.answer(() => ({ status, body: list }));
  const sync = async (): Promise<CatalogueRunDto> => {
    const run = await service.client.call(gameSessionsCommands.syncCatalogue, { provider });
    if (!run.ok) throw new Error(run.error.code);
    return run.value;
  };
  const decide = (runId: string, decision: 'apply' | 'discard') =>
    service.client.call(gameSessionsCommands.decideCatalogueRun, {
      runId,
      decision,
      actor: { kind: 'client', id: 'test' },
    });
  const offered = async () => {
    const page = await service.client.call(gameSessionsQueries.listGames, { brand, provider, limit: 200 });
    return page.ok ? page.value.items : [];
  };
  const idOf = async (providerGameId: string) =>
    (await offered()).find((game) => game.providerGameId === providerGameId)?.id;

  beforeAll(async () => {
    api = await startProviderApi();
    lists(all);
    const apis = { [provider]: { url: api.url, casinoId: 'test', currencies: ['EUR'] } };
    service = await startTestService({ apis });
    // the schedule's own first look
    await waitFor(async () => (await runs()).some(({ state }) => state !== 'running'));
  });
  const runs = async () => {
    const page = await service.client.call(gameSessionsQueries.listCatalogueRuns, { provider });
    return page.ok ? page.value.items : [];
  };
  beforeEach(async () => {
    lists(all);
    const run = await sync();
    if (run.state === 'held') await decide(run.id, 'apply');
  });
  afterAll(async () => {
    await service.stop();
    await api.stop();
  });

  it('is fetched by itself when the service starts', async () => {
    expect((await runs()).at(-1)).toMatchObject({ source: 'sync', state: 'applied', listed: all.length });
  });

  it('gains games that come, for every replica, and keeps their ids when they go and return', async () => {
    const replica = new Catalogue(service.database, () => undefined);
    await replica.start();
    lists([...all, another]);
    expect(await sync()).toMatchObject({ state: 'applied', added: 1, removed: 0 });
    const id = await idOf(another.identifier);
    expect((await offered()).find((game) => game.id === id)).toMatchObject({
      name: 'A new one',
      category: 'instant',
      rtpBasisPoints: 9650,
      currencies: ['EUR'],
      devices: ['mobile'],
    });
    await waitFor(() => replica.find(id ?? '') !== undefined);
    replica.stop();
    lists(all);
    expect(await sync()).toMatchObject({ state: 'applied', removed: 1 });
    expect(await idOf(another.identifier)).toBeUndefined();
    lists([...all, another]);
    expect(await sync()).toMatchObject({ state: 'applied', added: 0, restored: 1 });
    expect(await idOf(another.identifier)).toBe(id);
    const changes = await service.client.call(gameSessionsQueries.listCatalogueChanges, { gameId: id ?? '' });
    expect(changes.ok && changes.value.items.map(({ kind }) => kind)).toEqual([
      'restored',
      'removed',
      'added',
    ]);
  });

  it('shows what changed, once', async () => {
    const [first, ...rest] = all;
    lists([{ ...first, title: 'Renamed', payout: 90 }, ...rest]);
    expect(await sync()).toMatchObject({ added: 0, changed: 1, removed: 0 });
    expect(await sync()).toMatchObject({ state: 'applied', changed: 0 });
    const page = { provider, limit: 1 };
    const changes = await service.client.call(gameSessionsQueries.listCatalogueChanges, page);
    if (!changes.ok) throw new Error(changes.error.code);
    expect(changes.value.items).toMatchObject([
      {
        kind: 'changed',
        facts: [
          { fact: 'name', before: JSON.stringify(first?.title), after: '"Renamed"' },
          { fact: 'rtpBasisPoints', after: '9000' },
        ],
      },
    ]);
    const cursor = changes.value.nextCursor ?? '';
    const older = await service.client.call(gameSessionsQueries.listCatalogueChanges, { ...page, cursor });
    expect(older.ok && BigInt(older.value.items[0]?.id ?? 0) < BigInt(cursor)).toBe(true);
  });

  it('holds a list that lacks too much until somebody says that it is right', async () => {
    const few = all.slice(0, 2);
    lists(few);
    const held = await sync();
    expect(held).toMatchObject({ state: 'held', listed: 2, removed: 0 });
    expect(held.detail).toContain(`lacks ${all.length - 2} of ${all.length}`);
    expect(await offered()).toHaveLength(all.length);
    const applied = await decide(held.id, 'apply');
    expect(applied).toMatchObject({ value: { state: 'applied', removed: all.length - 2 } });
    expect(await offered()).toHaveLength(2);
    expect(await decide(held.id, 'apply')).toMatchObject({ error: { code: 'game-sessions.run-not-held' } });
    expect(await decide(uuidv7(), 'apply')).toMatchObject({ error: { code: 'game-sessions.run-not-found' } });
  });

  it('forgets a held list that is discarded, or older than one that came', async () => {
    lists([]);
    const first = await sync();
    expect(await decide(first.id, 'discard')).toMatchObject({ value: { state: 'discarded' } });
    const second = await sync();
    lists(all);
    expect(await sync()).toMatchObject({ state: 'applied' });
    expect(await decide(second.id, 'apply')).toMatchObject({ error: { code: 'game-sessions.run-not-held' } });
    expect(await offered()).toHaveLength(all.length);
  });

  it.each<[string, unknown, number]>([
    ['an error', { message: 'no' }, 500],
    ['an error with a list', all, 503],
    ['something else', { games: all }, 200],
    ['HTML', '<html>maintenance</html>', 200],
    ['half a list', JSON.stringify(all).slice(0, -20), 200],
    ['a game twice', [...all, all[0]], 200],
    ['a game without an id', [...all, { title: 'x' }], 200],
    ['a game with a payout above 100%', [...all, { ...another, payout: 120 }], 200],
    ['a game with a name that no page shows', [...all, { ...another, title: 'a\u0000b' }], 200],
  ])('is left alone by %s', async (_what, body, status) => {
    lists(body, status);
    expect(await sync()).toMatchObject({ state: 'failed', added: 0, removed: 0 });
    expect(await offered()).toHaveLength(all.length);
  });

  it('is left alone by silence', async () => {
    api.answer(() => 'silence');
    expect(await sync()).toMatchObject({ state: 'failed' });
    expect(await offered()).toHaveLength(all.length);
  });

  const newestRuns = async () => {
    const page = await service.client.call(gameSessionsQueries.listCatalogueRuns, { limit: 5 });
    return page.ok ? page.value.items : [];
  };

  it('is not said to be read for ever by a run that could not be written down', async () => {
    const actor = { kind: 'client', id: 'test' } as const;
    const content = `provider,providerGameId,name\nsoftswiss,${another.identifier},Renamed by a file`;
    const wrong = { format: 'csv', content, dryRun: false, actor } as const;
    lists([...all, another]);
    await service.database.query('ALTER TABLE catalogue_change RENAME TO catalogue_change_away');
    try {
      await expect(sync()).rejects.toThrow();
      await expect(service.client.call(gameSessionsCommands.importGames, wrong)).rejects.toThrow();
    } finally {
      await service.database.query('ALTER TABLE catalogue_change_away RENAME TO catalogue_change');
    }
    expect(await newestRuns()).toMatchObject([
      { source: 'import', state: 'failed', detail: expect.stringMatching(/.+/) as string, added: 0 },
      { source: 'sync', state: 'failed', detail: expect.stringMatching(/.+/) as string, added: 0 },
      {},
      {},
      {},
    ]);
    lists(all);
    expect(await sync()).toMatchObject({ state: 'applied' });
  });

  it('is not said to be read for ever by a process that died', async () => {
    const [lost, lately] = [uuidv7(), uuidv7()];
    await service.database.query(
      `INSERT INTO catalogue_run (id, source, provider, state, started_at)
       VALUES ($1, 'sync', 'lost', 'running', now() - interval '1 hour'), ($2, 'sync', 'lost', 'running', now())`,
      [lost, lately],
    );
    await failLostRuns(service.database);
    const states = await service.database.query(
      `SELECT state, finished_at IS NULL AS "isRunning" FROM catalogue_run WHERE provider = 'lost' ORDER BY started_at`,
    );
    expect(states).toEqual([
      { state: 'failed', isRunning: false },
      { state: 'running', isRunning: true },
    ]);
    await service.database.query(`DELETE FROM catalogue_run WHERE provider = 'lost'`);
  });

  it('is fetched once of many that ask at once', async () => {
    const begin = () =>
      service.database.transactions.run((db) =>
        beginSync(db, { id: uuidv7(), provider: 'nobody' }, { quietMs: 0, abandonedMs: 60_000 }),
      );
    expect(await begin()).toBe(true);
    expect(await begin()).toBe(false);
    const [run] = await service.database.query<{ id: string }>(
      `SELECT id FROM catalogue_run WHERE provider = 'nobody'`,
    );
    await service.database.query(`DELETE FROM catalogue_run WHERE id = $1`, [run?.id]);
  });

  it('takes the first list of a provider for what it is: nobody told of the games that came with the product', async () => {
    const hears = async (list: ListedGame[]) => {
      const id = uuidv7();
      await service.database.query(
        `INSERT INTO catalogue_run (id, source, provider, state, started_at) VALUES ($1, 'sync', 'swipegames', 'running', now())`,
        [id],
      );
      const told = { provider: 'swipegames', list, defaults: { currencies: ['EUR'] }, confirmed: false };
      await applyWholeList(service.database, id, told);
      return finishedRun(service.database, id);
    };
    const seededOnes = (games as GameDto[]).filter((game) => game.provider === 'swipegames').length;
    const own = [{ providerGameId: 'own-1', name: 'One' }];
    expect(await hears(own)).toMatchObject({ state: 'applied', added: 1, removed: seededOnes });
    expect(await hears([])).toMatchObject({ state: 'held' });
  });

  it('takes 20,000 games in one go', async () => {
    const many = madeGames(20_000)
      .filter((game) => game.provider === 'hub88' || game.provider === 'playngo')
      .map(({ id: _id, provider: _provider, enabled: _enabled, ...game }, at) => ({
        ...game,
        providerGameId: `many-${at}`,
      }));
    const list = [...many, ...many.map((game) => ({ ...game, providerGameId: `${game.providerGameId}-2` }))];
    const id = uuidv7();
    await service.database.query(
      `INSERT INTO catalogue_run (id, source, provider, state, started_at) VALUES ($1, 'sync', 'many', 'running', now())`,
      [id],
    );
    await applyWholeList(service.database, id, {
      provider: 'many',
      list,
      defaults: { currencies: [] },
      confirmed: false,
    });
    const [row] = await service.database.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM game WHERE provider = 'many'`,
    );
    expect(Number(row?.n)).toBe(list.length);
  });
});
