import { randomUUID } from 'node:crypto';
import { roundQueries, type RoundDto, type RoundExportPage } from '@baize/contracts';
import { eventSubject } from '@baize/messaging';
import { waitFor } from '@baize/testing';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { WalletStory } from '../../../test/wallet-story';

describe('list-rounds', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  async function publish({ events }: WalletStory): Promise<void> {
    for (const { id, contract, playerId, data } of events) {
      const time = new Date().toISOString();
      const envelope = { id, type: contract.type, partitionkey: playerId, time, data };
      await service.broker.jetstream().publish(eventSubject(contract, playerId), JSON.stringify(envelope));
    }
  }
  async function read(roundId: string): Promise<RoundDto | undefined> {
    const found = await service.client.call(roundQueries.getRound, { roundId, brand });
    return found.ok ? found.value : undefined;
  }
  async function recalled(roundId: string, actions: number): Promise<RoundDto> {
    return waitFor(async () => {
      const round = await read(roundId);
      return round?.actions.length === actions ? round : undefined;
    });
  }
  async function exportFrom(cursor?: string, limit = 200): Promise<RoundExportPage> {
    const page = await service.client.call(roundQueries.exportRounds, {
      brand,
      limit,
      ...(cursor !== undefined && { cursor }),
    });
    if (!page.ok) throw new Error(page.error.code);
    return page.value;
  }
  /** Everything from a cursor on, a few at a time; answers where it ended. */
  async function exportAll(from?: string): Promise<{ ids: string[]; cursor: string | undefined }> {
    const ids: string[] = [];
    let cursor = from;
    for (;;) {
      const page = await exportFrom(cursor, 3);
      ids.push(...page.items.map(({ round }) => round.id));
      cursor = page.items.at(-1)?.cursor ?? cursor;
      if (page.nextCursor === undefined) return { ids, cursor };
    }
  }

  /**
   * Exports on until it has all of these: transactions of other databases of the server hold the horizon back for a
   * while. Leaves out what an earlier test had written and the horizon had hidden.
   */
  async function exportUntil(
    from: string | undefined,
    wanted: readonly string[],
    others: readonly string[] = [],
  ) {
    const ids: string[] = [];
    let cursor = from;
    await waitFor(async () => {
      const next = await exportAll(cursor);
      ids.push(...next.ids.filter((id) => wanted.includes(id) || others.includes(id)));
      cursor = next.cursor;
      return wanted.every((id) => ids.includes(id));
    });
    return { ids, cursor };
  }

  it('recalls funds before and after, what was wagered and won of each kind, the choice and the paytable', async () => {
    const story = new WalletStory();
    const roundId = randomUUID();
    story.bet(roundId, 100, { funds: { real: -60, bonus: -40, locked: 0 }, choice: 'red, odds=2.5' });
    story.rollBack(roundId, 'bet', 30, story.bet(roundId, 30));
    story.win(roundId, 120);
    story.win(roundId, 500, false, { award: 'jackpot' });
    story.rollBack(roundId, 'win', 7, story.win(roundId, 7, false, { award: 'promo' }));
    story.win(roundId, 9, true, { award: 'free-round' });
    await publish(story);
    const round = await recalled(roundId, 8);
    expect(round).toMatchObject({
      state: 'closed',
      staked: 100,
      won: 629,
      wagered: { real: 60, bonus: 40 },
      wonBy: { game: 120, jackpot: 500, promo: 0, freeRounds: 9 },
      balanceAtStart: 1_000_000,
      balanceAtEnd: 1_000_529,
      rtpBasisPoints: gameOf('softswiss').rtpBasisPoints,
      resolutions: [],
    });
    const asked = { roundId, brand, playerId: story.playerId };
    const toPlayer = await service.client.call(roundQueries.getRound, asked);
    expect(toPlayer.ok && toPlayer.value).not.toHaveProperty('resolutions');
    expect(round.closedAt).toBeDefined();
    expect(round.actions[0]).toMatchObject({ kind: 'bet', choice: 'red, odds=2.5' });
    expect(round.actions[4]).toMatchObject({ kind: 'win', award: 'jackpot' });
  });

  it('recalls a round as it was at one moment, however it changes meanwhile', async () => {
    const story = new WalletStory();
    const roundId = randomUUID();
    story.bet(roundId, 100);
    await publish(story);
    await recalled(roundId, 1);
    const reading = await service.database.transactions.run(async (db) => {
      await db.query('LOCK TABLE round_action IN ACCESS EXCLUSIVE MODE');
      const asked = read(roundId);
      // it has read the round, and waits for its actions
      const waiting = `SELECT 1 FROM pg_locks WHERE relation = 'round_action'::regclass AND NOT granted`;
      await waitFor(async () => (await db.query(waiting)).length > 0);
      await db.query(`UPDATE round SET staked = 150 WHERE id = $1`, [roundId]);
      await db.query(`UPDATE round_action SET amount = -150 WHERE round_id = $1`, [roundId]);
      return { asked };
    });
    expect(await reading.asked).toMatchObject({ staked: 100, actions: [{ kind: 'bet', amount: -100 }] });
    expect(await read(roundId)).toMatchObject({ staked: 150, actions: [{ kind: 'bet', amount: -150 }] });
  });

  it('exports every round that is over once, and a changed one again', async () => {
    const before = await exportAll();
    const story = new WalletStory();
    const over = Array.from({ length: 8 }, () => randomUUID());
    const open = randomUUID();
    for (const id of over) {
      story.bet(id, 10);
      story.win(id, 5, true);
    }
    story.bet(open, 10);
    await publish(story);
    await recalled(open, 1);
    const first = await exportUntil(before.cursor, over, [open]);
    expect([...first.ids].sort()).toEqual([...over].sort());
    expect((await exportAll(first.cursor)).ids).toEqual([]);
    const late = new WalletStory(story);
    late.win(over[3]!, 1_000);
    await publish(late);
    await recalled(over[3]!, 3);
    await waitFor(async () => (await exportFrom(first.cursor)).items.length > 0);
    const again = await exportFrom(first.cursor);
    expect(again.items).toMatchObject([{ round: { id: over[3], won: 1_005 } }]);
  });

  it('misses nothing that is written while it reads', async () => {
    const { cursor } = await exportAll();
    const slow = randomUUID();
    const quick = randomUUID();
    let commit = (): void => undefined;
    const committed = new Promise<void>((resolve) => (commit = resolve));
    let written = (): void => undefined;
    const isWritten = new Promise<void>((resolve) => (written = resolve));
    const writing = service.database.transactions.run(async (db) => {
      await db.query(insertClosed, [slow]);
      written();
      await committed;
    });
    await isWritten;
    await service.database.query(insertClosed, [quick]);
    const during = await exportAll(cursor);
    for (const id of [slow, quick]) expect(during.ids).not.toContain(id);
    commit();
    await writing;
    expect((await exportUntil(during.cursor, [slow, quick])).ids.sort()).toEqual([slow, quick].sort());
  });

  it('answers what one message has no room for in parts, and leaves nothing out', async () => {
    const { cursor } = await exportAll();
    const playerId = randomUUID();
    const ids = (
      await service.database.query<{ round_id: string }>(insertLarge, [playerId, 40, 100, 'x'.repeat(300)])
    ).map((row) => row.round_id);
    const exported: string[] = [];
    let from = cursor;
    await waitFor(async () => {
      const page = await exportFrom(from);
      exported.push(...page.items.map(({ round }) => round.id));
      from = page.items.at(-1)?.cursor ?? from;
      return ids.every((id) => exported.includes(id));
    });
    const listed: string[] = [];
    for (let after: string | undefined; ;) {
      const asked = { playerId, brand, limit: 200, ...(after !== undefined && { cursor: after }) };
      const page = await service.client.call(roundQueries.listPlayerRounds, asked);
      if (!page.ok) throw new Error(page.error.code);
      listed.push(...page.value.items.map(({ id }) => id));
      after = page.value.nextCursor;
      if (after === undefined) break;
    }
    expect([...listed].sort()).toEqual([...ids].sort());
    const [long] = await service.database.query<{ round_id: string }>(insertLarge, [
      ...[playerId, 1, 1_000, 'x'.repeat(1_000)],
    ]);
    const round = await read(long!.round_id);
    expect(round!.actions.length).toBeGreaterThan(100);
  });

  it.each(['x', Buffer.from(`["1; DROP TABLE round","${randomUUID()}"]`).toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      await expect(exportFrom(cursor)).rejects.toThrow('request.invalid');
    },
  );
});

const insertClosed = `
WITH r AS (
  INSERT INTO round (id, brand, player_id, provider, game_id, provider_round_id, currency, state, closed, bets,
    bets_rolled_back, staked, won, opened_at, closed_at)
  VALUES ($1, '${brand}', 'p', 'softswiss', 'g', 'r', 'EUR', 'closed', true, 1, 0, 10, 0, now(), now()) RETURNING id)
INSERT INTO round_action (round_id, wallet_sequence, transaction_id, kind, amount, real, bonus, locked, balance_after,
  provider_tx_id, at)
SELECT id, 1, gen_random_uuid(), 'bet', -10, -10, 0, 0, 0, 'x', now() FROM r`;

// so many rounds of a player with so many bets each, and what was chosen in each
const insertLarge = `
WITH r AS (
  INSERT INTO round (id, brand, player_id, provider, game_id, provider_round_id, currency, state, closed, bets,
    bets_rolled_back, staked, won, opened_at, closed_at)
  SELECT gen_random_uuid(), '${brand}', $1, 'softswiss', 'g', 'r', 'EUR', 'closed', true, $3::int, 0, 10, 0, date_trunc('milliseconds', now()),
    now()
  FROM generate_series(1, $2::int) RETURNING id),
a AS (
  INSERT INTO round_action (round_id, wallet_sequence, transaction_id, kind, amount, real, bonus, locked,
    balance_after, provider_tx_id, choice, at)
  SELECT r.id, n, gen_random_uuid(), 'bet', -10, -10, 0, 0, 0, 'x' || n, $4, now()
  FROM r, generate_series(1, $3::int) n RETURNING round_id)
SELECT DISTINCT round_id FROM a`;
