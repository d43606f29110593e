import { createHash } from 'node:crypto';
import {
  ok,
  refuse,
  walletCommands,
  walletQueries,
  type BalanceDto,
  type PostMovements,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { evolutionText, softswissCall, softswissText } from '../../../test/provider-calls';
import { startTestService, type TestService } from '../../../test/harness';
import { bumpCatalogue } from '../../store/games';
import { pruneQuarantined, pruneStrangers } from '../../store/quarantine';

const balance: BalanceDto = { currency: 'EUR', real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };
const player = '01976f0e-0000-7000-8000-000000000001';
const bet = { action: 'bet', amount: 100, action_id: 'bet-1' };
const win = { action: 'win', amount: 250, action_id: 'win-1' };
const play = (actions: object[]) => softswissCall('/play', { user_id: player, game_id: 'r1', actions });

describe('handle-callback', () => {
  let service: TestService;
  let posts: PostMovements[];
  const silence: (() => void)[] = [];

  beforeAll(async () => {
    service = await startTestService();
  });
  beforeEach(() => {
    posts = [];
  });
  afterEach(() => {
    for (const stop of silence.splice(0)) stop();
  });
  afterAll(() => service.stop());

  function walletAnswers(): void {
    silence.push(
      service.answer(walletQueries.getBalance, () => ({ ok: true, value: balance })),
      service.answer(walletCommands.post, (request) => {
        posts.push(request);
        const actions = request.actions.map(({ id, kind }) => ({
          id,
          kind,
          status: 'posted' as const,
          transactionId: `tx-${id}`,
          postedAt: '2026-01-31T12:00:00.000Z',
          balanceAfter: 4900,
        }));
        return { ok: true, value: { actions, balance } };
      }),
    );
  }

  it('posts all actions of a call as one unit and answers with our ids', async () => {
    walletAnswers();
    const call = play([bet, win]);
    const answer = await service.callback(call);
    expect(answer).toMatchObject({ status: 200, outcome: 'ok' });
    expect(JSON.parse(answer.body)).toEqual({
      balance: 5000,
      game_id: 'r1',
      transactions: [
        { action_id: 'bet-1', tx_id: 'tx-bet-1', processed_at: '2026-01-31T12:00:00.000Z' },
        { action_id: 'win-1', tx_id: 'tx-win-1', processed_at: '2026-01-31T12:00:00.000Z' },
      ],
    });
    const bodySha256 = createHash('sha256').update(Buffer.from(call.bodyBase64, 'base64')).digest('hex');
    expect(posts).toMatchObject([{ playerId: player, idScope: 'player', closeRound: false, bodySha256 }]);
    expect(posts[0]?.actions).toHaveLength(2);
  });

  it('answers the fault code, never a refusal, while the wallet is silent', async () => {
    const answer = await service.callback(play([bet]), Date.now() + 1_000);
    expect(answer).toMatchObject({ status: 500, outcome: 'fault' });
    const text = JSON.stringify({ sid: 's', userId: 'p', uuid: 'u', currency: 'EUR' });
    expect(JSON.parse((await service.callback(evolutionText('/balance', text))).body)).toMatchObject({
      status: 'INVALID_SID',
    });
  });

  it.each(['request.unknown-field', 'request.invalid', 'request.malformed'] as const)(
    'answers the fault code where the wallet does not understand us (%s): the next try may find it of our version',
    async (code) => {
      silence.push(
        service.answer(walletCommands.post, () => refuse(code, 'other words')),
        service.answer(walletQueries.getBalance, () => ok(balance)),
      );
      expect(await service.callback(play([win]))).toMatchObject({ status: 500, outcome: 'fault' });
      expect(await service.callback(play([bet]))).toMatchObject({ status: 500, outcome: 'fault' });
    },
  );

  it('does not start a bet past its deadline, but posts wins and rollbacks', async () => {
    walletAnswers();
    expect(await service.callback(play([bet]), Date.now() - 1)).toMatchObject({ outcome: 'fault' });
    expect(posts).toEqual([]);
    expect(await service.callback(play([win]), Date.now() - 1)).toMatchObject({ outcome: 'ok' });
    expect(posts).toHaveLength(1);
  });

  it('pays a win in a game that another replica has heard of a moment ago, and none in one that nobody knows', async () => {
    walletAnswers();
    const winIn = (game: string) =>
      service.callback(
        softswissCall('/play', { user_id: player, game, game_id: 'r1', finished: true, actions: [win] }),
      );
    for (let n = 0; n < 5; n++) {
      const fresh = `softswiss:Fresh${n}`;
      expect(await winIn(fresh)).toMatchObject({ outcome: 'refused' });
      await service.database.query(
        `INSERT INTO game SELECT (jsonb_populate_record(known, jsonb_build_object('id', gen_random_uuid(),
           'provider_game_id', $1::text))).* FROM game known WHERE provider = 'softswiss' LIMIT 1`,
        [fresh],
      );
      await bumpCatalogue(service.database);
      expect(await winIn(fresh)).toMatchObject({ outcome: 'ok' });
    }
  });

  it('refuses an unknown provider and an unknown brand', async () => {
    await expect(service.callback({ ...play([bet]), provider: 'nobody' })).rejects.toThrow(
      'unknown-provider',
    );
    await expect(service.callback({ ...play([bet]), brand: 'nobody' })).rejects.toThrow('unknown-provider');
  });

  it.each([
    ['not JSON', softswissText('/play', '{"user_id":'), 'malformed', 400],
    ['an unknown path', softswissText('/nowhere', '{}'), 'malformed', 400],
    ['another secret', softswissText('/play', '{}', 'another-secret'), 'unauthenticated', 403],
    ['no secret', evolutionText('/debit', '{}', 'wrong-token-here'), 'unauthenticated', 200],
  ] as const)(
    'quarantines the raw body of a call with %s and posts nothing',
    async (_what, call, reason, status) => {
      walletAnswers();
      const body = Buffer.from(call.bodyBase64, 'base64');
      const bodySha256 = createHash('sha256').update(body).digest('hex');
      await service.database.query('DELETE FROM quarantined_callback');
      const { rows: before } = await outboxCount(service);
      expect(await service.callback(call)).toMatchObject({ status, outcome: reason });
      const kept = await service.database.query(
        'SELECT provider, reason, body, body_sha256 FROM quarantined_callback',
      );
      expect(kept).toEqual([{ provider: call.provider, reason, body, body_sha256: bodySha256 }]);
      await waitFor(async () => (await outboxCount(service)).rows === before + 1);
      expect(posts).toEqual([]);
    },
  );

  it.each([
    ['other data under a known id', [bet], 'wallet.movement-conflict', 1],
    ['a win in another currency', [win], 'wallet.currency-mismatch', 1],
    ['a win after its rollback', [win], 'wallet.bet-already-rolled-back', 1],
    ['a win that no balance can hold', [win], 'wallet.amount-out-of-range', 1],
    ['a bet in another currency', [bet], 'wallet.currency-mismatch', 0],
    ['a bet without funds', [bet], 'wallet.insufficient-funds', 0],
  ] as const)('keeps what somebody has to look at: %s', async (_what, actions, code, kept) => {
    silence.push(
      service.answer(walletCommands.post, () => refuse(code, 'refused', { data: { balance } })),
      service.answer(walletQueries.getBalance, () => ok(balance)),
    );
    await service.database.query('DELETE FROM quarantined_callback');
    expect(await service.callback(play([...actions]))).toMatchObject({ outcome: 'refused' });
    const rows = await service.database.query('SELECT reason, detail FROM quarantined_callback');
    expect(rows).toEqual(Array.from({ length: kept }, () => ({ reason: 'disputed', detail: code })));
  });

  it('keeps a stake that could not be given back, and a win in a game that nobody knows', async () => {
    silence.push(
      service.answer(walletCommands.post, () =>
        refuse('wallet.currency-mismatch', 'no', { data: { balance } }),
      ),
      service.answer(walletQueries.getBalance, () => ok(balance)),
    );
    await service.database.query('DELETE FROM quarantined_callback');
    const rollback = { action: 'rollback', action_id: 'rb-1', original_action_id: 'bet-1' };
    const about = { user_id: player, game_id: 'r1', currency: 'USD' };
    await service.callback(softswissCall('/rollback', { ...about, actions: [rollback] }));
    await service.callback(softswissCall('/play', { ...about, game: 'softswiss:Unheard', actions: [win] }));
    await service.callback(softswissCall('/play', { ...about, game: 'softswiss:Unheard', actions: [bet] }));
    const rows = await service.database.query(
      'SELECT path, reason, detail FROM quarantined_callback ORDER BY received_at, id',
    );
    expect(rows).toEqual([
      { path: '/rollback', reason: 'disputed', detail: 'wallet.currency-mismatch' },
      { path: '/play', reason: 'disputed', detail: 'game-sessions.game-not-found' },
    ]);
  });

  it('forgets quarantined bodies after 30 days', async () => {
    await service.callback(softswissText('/play', '[]'));
    const kept = async () => (await service.database.query('SELECT FROM quarantined_callback')).length;
    const before = await kept();
    await service.database.query(
      `UPDATE quarantined_callback SET received_at = now() - interval '31 days'
       WHERE id = (SELECT min(id::text)::uuid FROM quarantined_callback)`,
    );
    // the service's own chore may be the one that does it
    await pruneQuarantined(service.database, 10);
    await pruneQuarantined(service.database, 10);
    expect(await kept()).toBe(before - 1);
  });

  it('forgets the oldest calls of strangers when there are too many, and of nobody else', async () => {
    await service.database.query('DELETE FROM quarantined_callback');
    await service.callback(softswissText('/play', '['));
    for (let n = 0; n < 5; n++) await service.callback(softswissText('/play', `[${n}]`, 'another-secret'));
    expect(await pruneStrangers(service.database, 2, 2)).toBe(2);
    expect(await pruneStrangers(service.database, 2, 2)).toBe(1);
    expect(await pruneStrangers(service.database, 2, 2)).toBe(0);
    const rows = await service.database.query<{ body: Buffer }>(
      'SELECT body FROM quarantined_callback ORDER BY received_at, id',
    );
    expect(rows.map(({ body }) => body.toString())).toEqual(['[', '[3]', '[4]']);
  });

  it('keeps no more than a bounded number of bodies in a flood, and stays up', async () => {
    await service.database.query('DELETE FROM quarantined_callback');
    const startedAt = Date.now();
    const flood = Array.from({ length: 300 }, (_, n) => service.callback(softswissText('/play', `[${n}]`)));
    await Promise.all(flood);
    const seconds = (Date.now() - startedAt) / 1_000;
    const [row] = await service.database.query<{ kept: bigint }>(
      'SELECT count(*) AS kept FROM quarantined_callback',
    );
    expect(Number(row?.kept)).toBeGreaterThan(0);
    expect(Number(row?.kept)).toBeLessThanOrEqual(100 + Math.ceil(20 * seconds));
    // and costs no other provider its place
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => service.callback(evolutionText('/debit', `[${n}]`))),
    );
    const others = `SELECT FROM quarantined_callback WHERE provider = 'evolution'`;
    expect(await service.database.query(others)).toHaveLength(20);
    walletAnswers();
    expect(await service.callback(play([bet]))).toMatchObject({ outcome: 'ok' });
  });

  describe('while nothing can be kept', () => {
    const rename = (from: string, to: string) =>
      service.database.query(`ALTER TABLE ${from} RENAME TO ${to}`);
    beforeEach(() => rename('quarantined_callback', 'quarantined_away'));
    afterEach(() => rename('quarantined_away', 'quarantined_callback'));

    it('a win that could not be paid is not refused for good, and nonsense neither', async () => {
      silence.push(
        service.answer(walletCommands.post, () =>
          refuse('wallet.currency-mismatch', 'refused', { data: { balance } }),
        ),
      );
      expect(await service.callback(play([win]))).toMatchObject({ status: 500, outcome: 'fault' });
      expect(await service.callback(softswissText('/play', '['))).toMatchObject({ outcome: 'fault' });
      // what its provider would roll back keeps its answer, and so does a stranger's
      expect(await service.callback(play([bet]))).toMatchObject({ outcome: 'refused' });
      const forged = softswissText('/play', '{}', 'another-secret');
      expect(await service.callback(forged)).toMatchObject({ outcome: 'unauthenticated' });
    });
  });

  it('refuses no more wins for good than are kept', async () => {
    silence.push(
      service.answer(walletCommands.post, () =>
        refuse('wallet.currency-mismatch', 'refused', { data: { balance } }),
      ),
    );
    await service.database.query('DELETE FROM quarantined_callback');
    const said = { refused: 0, fault: 0 };
    for (let wave = 0; said.fault === 0 && wave < 50; wave++) {
      const wins = Array.from({ length: 200 }, (_, n) => play([{ ...win, action_id: `flood-${wave}-${n}` }]));
      for (const { outcome } of await Promise.all(wins.map((call) => service.callback(call))))
        said[outcome as keyof typeof said] += 1;
    }
    expect(said).toEqual({ refused: expect.any(Number) as number, fault: expect.any(Number) as number });
    expect(said.refused).toBeGreaterThanOrEqual(500);
    expect(said.fault).toBeGreaterThan(0);
    expect(await service.database.query('SELECT FROM quarantined_callback')).toHaveLength(said.refused);
  });
});

async function outboxCount(service: TestService): Promise<{ rows: number }> {
  const [row] = await service.database.query<{ rows: bigint }>(
    `SELECT count(*) AS rows FROM outbox WHERE type = 'game-sessions.event.callback-quarantined.v1'`,
  );
  return { rows: Number(row?.rows) };
}
