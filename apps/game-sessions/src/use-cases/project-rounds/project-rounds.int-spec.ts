import { randomBytes, randomUUID } from 'node:crypto';
import { roundQueries, type GameDto, type RoundDto } from '@baize/contracts';
import { eventSubject } from '@baize/messaging';
import { waitFor } from '@baize/testing';
import games from '../../../seed/games.json';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { Random } from '../../../test/fuzz/random';
import { WalletStory, type StoryEvent } from '../../../test/wallet-story';
import { insertSession } from '../../store/sessions';

const seed = Number(process.env.BAIZE_TEST_SEED ?? Date.now() % 2 ** 31);

describe(`project-rounds (BAIZE_TEST_SEED=${seed})`, () => {
  const random = new Random(seed);
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  /** Without the broker's own check for duplicates: the inbox alone must find them. */
  async function publish(events: readonly StoryEvent[]): Promise<void> {
    const jetstream = service.broker.jetstream();
    for (const { id, contract, playerId, data } of events) {
      const envelope = {
        id,
        type: contract.type,
        partitionkey: playerId,
        time: new Date().toISOString(),
        data,
      };
      await jetstream.publish(eventSubject(contract, playerId), JSON.stringify(envelope));
    }
  }
  async function roundOf(roundId: string, playerId?: string): Promise<RoundDto | undefined> {
    const asked = { roundId, brand, ...(playerId !== undefined && { playerId }) };
    const result = await service.client.call(roundQueries.getRound, asked);
    return result.ok ? result.value : undefined;
  }
  const actionCount = async () =>
    Number((await service.database.query<{ n: bigint }>('SELECT count(*) AS n FROM round_action'))[0]?.n);
  const told = async (type: string, roundId: string) =>
    (
      await service.database.query<{ data: Record<string, unknown> }>(
        `SELECT data FROM outbox WHERE type = $1 AND subject = $2`,
        [`game-sessions.event.${type}.v1`, roundId],
      )
    ).map(({ data }) => data);

  it('opens, sums and closes a round, and appends late wins to it', async () => {
    const story = new WalletStory();
    const roundId = randomUUID();
    story.bet(roundId, 100);
    story.bet(roundId, 50);
    story.win(roundId, 120, true);
    story.win(roundId, 30);
    await publish(story.events);
    await waitFor(async () => (await roundOf(roundId))?.actions.length === 4);
    const round = await roundOf(roundId, story.playerId);
    expect(round).toMatchObject({ state: 'closed', staked: 150, won: 150, providerRoundId: `p-${roundId}` });
    expect(round?.actions.map(({ kind, amount, providerTxId }) => [kind, amount, providerTxId])).toEqual([
      ['bet', -100, 'tx-1'],
      ['bet', -50, 'tx-2'],
      ['win', 120, 'tx-3'],
      ['win', 30, 'tx-4'],
    ]);
    expect(await told('round-opened', roundId)).toHaveLength(1);
    expect(await told('round-closed', roundId)).toMatchObject([{ staked: 150, won: 120 }]);
    expect(await roundOf(roundId, 'somebody-else')).toBeUndefined();
    expect(await roundOf('no-such-round')).toBeUndefined();
  });

  it('voids a round whose bets were all rolled back, and closes one without a movement', async () => {
    const story = new WalletStory();
    const [voided, closed, reopened] = [randomUUID(), randomUUID(), randomUUID()] as const;
    story.rollBack(voided, 'bet', 100, story.bet(voided, 100));
    story.bet(closed, 10);
    story.rollBack(closed, 'bet', 20, story.bet(closed, 20));
    story.rollBack(closed, 'win', 5, story.win(closed, 5));
    story.close(closed);
    story.rollBack(reopened, 'bet', 7, story.bet(reopened, 7));
    story.bet(reopened, 8);
    await publish(story.events);
    await waitFor(async () => (await roundOf(reopened))?.actions.length === 3);
    expect(await roundOf(voided)).toMatchObject({ state: 'voided', staked: 0, won: 0 });
    expect(await roundOf(closed)).toMatchObject({ state: 'closed', staked: 10, won: 0 });
    expect(await roundOf(reopened)).toMatchObject({ state: 'open', staked: 8 });
    expect(await told('round-closed', voided)).toEqual([]);
  });

  it('applies every event once, however often and however mixed with other players it comes', async () => {
    const stories = Array.from({ length: 12 }, () => new WalletStory());
    const rounds = new Map<string, { staked: number; won: number; actions: number; playerId: string }>();
    for (const story of stories) {
      for (let n = 0; n < 5; n++) {
        const roundId = randomUUID();
        const stake = 10 + random.int(90);
        story.bet(roundId, stake);
        story.win(roundId, stake * 2, true);
        rounds.set(roundId, { staked: stake, won: stake * 2, actions: 2, playerId: story.playerId });
      }
    }
    const before = await actionCount();
    const mixed = shuffledAcross(
      random,
      stories.map(({ events }) => events),
    );
    await publish(mixed.flatMap((event) => (random.chance(0.3) ? [event, event] : [event])));
    await publish(mixed);
    // one more event per player: once it is there, all before it were decided
    const last = stories.map((story) => ({ story, roundId: randomUUID() }));
    for (const { story, roundId } of last) story.bet(roundId, 1);
    await publish(stories.map((story) => story.events.at(-1)).filter((event) => event !== undefined));
    await waitFor(async () => (await actionCount()) >= before + mixed.length + last.length);
    await waitFor(async () =>
      (await Promise.all(last.map(({ roundId }) => roundOf(roundId)))).every(Boolean),
    );
    expect(await actionCount()).toBe(before + mixed.length + last.length);
    for (const [roundId, { staked, won, actions, playerId }] of rounds) {
      const round = await roundOf(roundId, playerId);
      expect(round).toMatchObject({ state: 'closed', staked, won });
      expect(round?.actions).toHaveLength(actions);
      expect(await told('round-closed', roundId)).toHaveLength(1);
    }
    const first = stories[0];
    if (!first) throw new Error('no story');
    await expectPages(first);
  });

  it('gives rounds that name no session the one of their game, else of their provider, in their currency', async () => {
    const [opened, other] = (games as GameDto[]).filter(({ provider }) => provider === 'softswiss');
    const story = new WalletStory();
    const begin = async (gameId: string, currency = 'EUR', provider = 'softswiss') => {
      const [startedAtMs, expiresAtMs] = [Date.now() - 120_000, Date.now() + 600_000];
      const about = { brand, playerId: story.playerId, provider, gameId, currency, mode: 'real' } as const;
      const session = { id: randomUUID(), ...about, startedAtMs, expiresAtMs };
      await insertSession(service.database, session, randomBytes(32));
      return session.id;
    };
    await begin(gameOf('evolution').id, 'EUR', 'evolution');
    const here = await begin(opened!.id);
    const dollars = await begin(other!.id, 'USD');
    const ids = Array.from({ length: 4 }, () => randomUUID());
    story.bet(ids[0]!, 10, { gameId: opened!.id });
    story.bet(ids[1]!, 10, { gameId: other!.id });
    story.bet(ids[2]!, 10, { gameId: other!.id, currency: 'USD' });
    story.bet(ids[3]!, 10, { gameId: other!.id, currency: 'SEK' });
    await publish(story.events);
    const rounds = await waitFor(async () => {
      const found = await Promise.all(ids.map((id) => roundOf(id, story.playerId)));
      return found.every(Boolean) ? found : undefined;
    });
    expect(rounds.map((round) => round?.sessionId)).toEqual([here, here, dollars, undefined]);
    const played = await service.database.query<{ id: string }>(
      'SELECT id FROM game_session WHERE player_id = $1 AND last_active_at IS NOT NULL',
      [story.playerId],
    );
    expect(played.map(({ id }) => id).sort()).toEqual([here, dollars].sort());
  });

  async function expectPages(story: WalletStory): Promise<void> {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await service.client.call(roundQueries.listPlayerRounds, {
        playerId: story.playerId,
        brand,
        limit: 2,
        ...(cursor !== undefined && { cursor }),
      });
      if (!page.ok) throw new Error(page.error.code);
      seen.push(...page.value.items.map(({ id }) => id));
      cursor = page.value.nextCursor;
    } while (cursor !== undefined);
    const newestFirst = story.events.map(({ data }) => (data as { roundId: string }).roundId).reverse();
    expect(seen).toEqual([...new Set(newestFirst)]);
  }
});

/** Any order among the lists, each list's own order kept. */
function shuffledAcross<T>(random: Random, lists: readonly (readonly T[])[]): T[] {
  const queues = lists.map((list) => [...list]);
  const mixed: T[] = [];
  while (queues.some((queue) => queue.length > 0)) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const next = random.pick(waiting).shift();
    if (next !== undefined) mixed.push(next);
  }
  return mixed;
}
