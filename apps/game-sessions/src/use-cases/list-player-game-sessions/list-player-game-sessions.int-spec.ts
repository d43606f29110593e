import { randomBytes, randomUUID } from 'node:crypto';
import { gameSessionsQueries } from '@baize/contracts';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { insertSession } from '../../store/sessions';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

it('lists each session once where several began at the same time, and none of another brand', async () => {
  const playerId = randomUUID();
  const about = { playerId, provider: 'softswiss', gameId: gameOf('softswiss').id } as const;
  const times = { startedAtMs: Date.now(), expiresAtMs: Date.now() + 60_000 };
  const inserted = [brand, brand, brand, 'other'].map((of) => ({ id: randomUUID(), brand: of }));
  for (const one of inserted) {
    const session = { ...one, ...about, ...times, mode: 'real', currency: 'EUR' } as const;
    await insertSession(service.database, session, randomBytes(32));
  }
  const pageAfter = async (cursor?: string) => {
    const asked = { playerId, brand, limit: 1, ...(cursor !== undefined && { cursor }) };
    const page = await service.client.call(gameSessionsQueries.listPlayerGameSessions, asked);
    if (!page.ok) throw new Error(page.error.code);
    return page.value;
  };
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await pageAfter(cursor);
    seen.push(...items.map(({ id }) => id));
    cursor = nextCursor;
  } while (cursor !== undefined);
  const wanted = inserted.filter((one) => one.brand === brand).map(({ id }) => id);
  expect(seen).toEqual(wanted.sort().reverse());
});
