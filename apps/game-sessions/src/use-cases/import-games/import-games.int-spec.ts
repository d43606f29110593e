import { gameSessionsCommands, gameSessionsQueries, type GamesImported } from '@baize/contracts';
import { brand, startTestService, type TestService } from '../../../test/harness';
import { madeGames } from '../../domain/fixtures/made-games';
import { importGames } from './import-games';

const actor = { kind: 'client', id: 'test' } as const;
const csv = `provider,providerGameId,name,category,rtpBasisPoints,rtpProfiles,currencies,devices,demoAvailable,liveTable
softswiss,softswiss:Imported,"Imported, the game",slot,9650,9400|9650,EUR|USD,desktop|mobile,true,
evolution,imported-table,Imported Table,live,,,EUR,desktop,false,"{""limits"":[{""currency"":""EUR"",""minimum"":100,""maximum"":500000}],""opensAt"":""10:00"",""closesAt"":""02:00""}"
`;

describe('import-games', () => {
  let service: TestService;
  const run = (content: string, format: 'csv' | 'json' = 'csv', dryRun = false) =>
    service.client.call(gameSessionsCommands.importGames, { format, content, dryRun, actor });
  const imported = async (...args: Parameters<typeof run>): Promise<GamesImported> => {
    const result = await run(...args);
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };
  const find = async (q: string) => {
    const page = await service.client.call(gameSessionsQueries.listGames, { brand, q });
    return page.ok ? page.value.items : [];
  };
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('shows what would change, then changes it, then nothing', async () => {
    const shown = await imported(csv, 'csv', true);
    expect(shown).toMatchObject({ dryRun: true, listed: 2, added: 2, changed: 0 });
    expect(shown.changes[0]).toMatchObject({ kind: 'added', providerGameId: 'softswiss:Imported' });
    expect(await find('imported')).toEqual([]);
    const done = await imported(csv);
    expect(done).toMatchObject({ dryRun: false, added: 2 });
    expect(await find('imported')).toMatchObject([
      { name: 'Imported Table', liveTable: { opensAt: '10:00', limits: [{ maximum: 500_000 }] } },
      {
        name: 'Imported, the game',
        rtpBasisPoints: 9650,
        rtpProfiles: [9400, 9650],
        currencies: ['EUR', 'USD'],
      },
    ]);
    expect(await imported(csv)).toMatchObject({ added: 0, changed: 0, unchanged: 2 });
    const changes = await service.client.call(gameSessionsQueries.listCatalogueChanges, {
      gameId: done.changes[0]?.gameId ?? '',
    });
    expect(changes.ok && changes.value.items).toMatchObject([{ runId: done.runId, kind: 'added' }]);
    const [audit] = await service.database.query<object>('SELECT * FROM audit_entry WHERE subject = $1', [
      done.runId,
    ]);
    expect(audit).toMatchObject({ action: 'catalogue.imported', actor_id: 'test' });
  });

  it('changes what a file says and leaves the rest', async () => {
    const json = JSON.stringify([
      { provider: 'softswiss', providerGameId: 'softswiss:Imported', name: 'Renamed' },
    ]);
    expect(await imported(json, 'json')).toMatchObject({
      changed: 1,
      changes: [{ facts: [{ fact: 'name' }] }],
    });
    expect(await find('renamed')).toMatchObject([{ rtpBasisPoints: 9650 }]);
  });

  it.each<[string, 'csv' | 'json', string, string]>([
    ['a provider that there is not', 'csv', 'provider,providerGameId,name\nnobody,x,X', '/lines/2/provider'],
    ['a missing name', 'csv', 'provider,providerGameId,name\nsoftswiss,x,', '/lines/2/name'],
    ['an unknown column', 'csv', 'provider,providerGameId,name,rtp\nsoftswiss,x,X,96', '/lines/2/rtp'],
    ['a game twice', 'csv', 'provider,providerGameId,name\nsoftswiss,x,X\nsoftswiss,x,Y', '/lines/3'],
    [
      'a bad number',
      'csv',
      'provider,providerGameId,name,rtpBasisPoints\nsoftswiss,x,X,96.5',
      '/lines/2/rtpBasisPoints',
    ],
    [
      'a line of another length',
      'csv',
      'provider,providerGameId,name\nsoftswiss,x,X\nsoftswiss,y',
      '/lines/3',
    ],
    [
      'an id of ours',
      'json',
      '[{"id":"1","provider":"softswiss","providerGameId":"x","name":"X"}]',
      '/lines/1/id',
    ],
    [
      'a country in small letters',
      'csv',
      'provider,providerGameId,name,blockedCountries\nsoftswiss,x,X,DE|gb',
      '/lines/2/blockedCountries',
    ],
    [
      'a country that there is not',
      'json',
      '[{"provider":"softswiss","providerGameId":"x","name":"X","blockedCountries":["UK"]}]',
      '/lines/1/blockedCountries',
    ],
    [
      'a currency in small letters',
      'csv',
      'provider,providerGameId,name,currencies\nsoftswiss,x,X,eur',
      '/lines/2/currencies',
    ],
    [
      'a device in other letters',
      'csv',
      'provider,providerGameId,name,devices\nsoftswiss,x,X,desktop|Mobile',
      '/lines/2/devices',
    ],
    [
      'a character that no database stores',
      'json',
      '[{"provider":"softswiss","providerGameId":"x","name":"a\\u0000b"}]',
      '/lines/1/name',
    ],
    [
      'half of a character',
      'json',
      '[{"provider":"softswiss","providerGameId":"\\ud800","name":"X"}]',
      '/lines/1/providerGameId',
    ],
    ['no list', 'json', '{"games":[]}', '/content'],
    ['no JSON', 'json', '[{]', '/content'],
    ['something else in the list', 'json', '[7]', '/lines/1'],
    [
      'a prototype',
      'json',
      '[{"__proto__":{"provider":"softswiss"},"providerGameId":"x","name":"X"}]',
      '/lines/1',
    ],
  ])('refuses %s by its line, and imports nothing', async (_what, format, content, path) => {
    const before = await service.database.query('SELECT 1 FROM game');
    const result = await run(content, format);
    expect(result).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    const errors = result.ok ? [] : (result.error.errors ?? []);
    expect(errors.some((error) => error.path.startsWith(path))).toBe(true);
    expect(await service.database.query('SELECT 1 FROM game')).toHaveLength(before.length);
  });

  it('is told in parts that a message has room for, and so are its changes afterwards', async () => {
    const currencies = Array.from({ length: 50 }, (_, at) => `CURRENCY${at}`);
    const tables = (providerGameIds: readonly string[], maximum: number) =>
      providerGameIds.map((providerGameId) => ({
        ...{ provider: 'evolution', providerGameId, name: providerGameId },
        liveTable: { limits: currencies.map((currency) => ({ currency, minimum: 10_000_000, maximum })) },
      }));
    const ids = Array.from({ length: 200 }, (_, at) => `table-${at}`);
    const request = { format: 'json', dryRun: false, actor } as const;
    for (const maximum of [9_007_199_254_740_000, 9_007_199_254_740_001]) {
      const content = JSON.stringify(tables(ids, maximum));
      expect(await importGames(service.database, { ...request, content })).toMatchObject({ ok: true });
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.client.call(gameSessionsQueries.listCatalogueChanges, {
        ...{ provider: 'evolution', limit: 200 },
        ...(cursor !== undefined && { cursor }),
      });
      if (!page.ok) throw new Error(page.error.code);
      seen.push(...page.value.items.filter(({ kind }) => kind === 'changed').map(({ id }) => id));
      cursor = page.value.nextCursor;
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(ids.length);
    const short = ids.map((id) => `evolution,${id},${id},"{""limits"":[]}",EUR`).join('\n');
    const changed = await imported(
      `provider,providerGameId,name,liveTable,languages\n${short}`.replaceAll('EUR', 'en'),
    );
    expect(changed).toMatchObject({ changed: ids.length });
    expect(changed.changes.length).toBeGreaterThan(100);
  });

  it('takes a large file from the command line', async () => {
    const many = madeGames(20_000).map(({ id: _id, enabled: _enabled, ...game }) => game);
    const request = { format: 'json', content: JSON.stringify(many), dryRun: false, actor } as const;
    expect(await importGames(service.database, request)).toMatchObject({ value: { added: 20_000 } });
    expect(await importGames(service.database, request)).toMatchObject({ value: { unchanged: 20_000 } });
  });
});
