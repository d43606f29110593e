import {
  gameSessionsCommands,
  identityQueries,
  ok,
  refuse,
  walletCommands,
  walletQueries,
  type Eligibility,
  type PostMovements,
} from '@baize/contracts';
import { pragmaticCall } from '../../../test/conformance/pragmatic';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'JPY' };
const balance = { currency: 'JPY', real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };
const [first, second] = ['01976f0e-0000-7000-8000-00000000000a', '01976f0e-0000-7000-8000-00000000000b'];
const game = gameOf('pragmatic');

/** What the session supplies where a dialect leaves it out, told with pragmatic's optional token. */
describe('calls without a session, a currency or a game', () => {
  let service: TestService;
  let posts: PostMovements[];

  const launch = async (playerId: string, mode: 'real' | 'demo' = 'real') => {
    const form = { playerId, mode };
    const result = await service.client.call(gameSessionsCommands.launchGame, {
      brand,
      gameId: game.id,
      form,
    });
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  };
  const say = async (path: string, fields: Record<string, string>) =>
    JSON.parse((await service.callback(pragmaticCall(path, fields))).body) as Record<string, unknown>;
  const moved = { gameId: game.providerGameId, roundId: 'r1', reference: 'b1', amount: '12' };

  beforeAll(async () => {
    service = await startTestService();
    service.answer(identityQueries.checkEligibility, () => ok(eligible));
    service.answer(walletQueries.getBalance, () => ok(balance));
    service.answer(walletCommands.post, (request) => {
      if (request.noNewBets) return refuse('wallet.bet-not-found', 'It was never taken.');
      posts.push(request);
      const actions = request.actions.map(({ id, kind }) => ({
        id,
        kind,
        status: 'posted' as const,
        transactionId: `tx-${id}`,
        postedAt: '2026-01-31T12:00:00.000Z',
        balanceAfter: 5000,
      }));
      return ok({ actions, balance });
    });
  });
  beforeEach(() => {
    posts = [];
  });
  afterAll(() => service.stop());

  it('tells player and balance in the hand-shake', async () => {
    const { token } = await launch(first);
    const entered = await say('/authenticate', { token });
    expect(entered).toMatchObject({ error: 0, userId: first, currency: 'JPY', cash: 5000, bonus: 0 });
    expect(entered.token).not.toBe(token);
    expect(await say('/authenticate', { token })).toMatchObject({ error: 4 });
    expect(await say('/authenticate', { token: String(entered.token) })).toMatchObject({
      error: 0,
      token: entered.token,
      cash: 5000,
    });
  });

  it('shows no money to a session that plays for fun', async () => {
    const { token } = await launch(first, 'demo');
    expect(await say('/authenticate', { token })).toMatchObject({ error: 4 });
  });

  it('takes currency, game and session from the newest session of the player', async () => {
    const { sessionId } = await launch(first);
    await launch(first, 'demo'); // newer, and no session for money
    const told = { userId: first, reference: 'b1' };
    expect(await say('/balance', { userId: first })).toMatchObject({ error: 0, cash: 5000 });
    expect(await say('/bet', { ...moved, userId: first })).toMatchObject({
      error: 0,
      transactionId: 'tx-b1',
    });
    expect(await say('/refund', told)).toMatchObject({ error: 0 });
    const same = { playerId: first, currency: 'JPY', gameId: game.id, sessionId };
    expect(posts).toMatchObject([
      { ...same, actions: [{ kind: 'bet', amount: 12 }] },
      { ...same, gameAssumed: true, actions: [{ kind: 'rollback', id: 'b1' }] },
    ]);
    expect(posts[0]).not.toHaveProperty('gameAssumed');
  });

  it('bets in no session but a live one', async () => {
    const { sessionId } = await launch(second);
    await service.client.call(gameSessionsCommands.endGameSession, { sessionId, brand });
    expect(await say('/bet', { ...moved, userId: second })).toMatchObject({ error: 4 });
    expect(await say('/balance', { userId: second })).toMatchObject({ error: 4 });
    expect(posts).toEqual([]);
    expect(await say('/result', { ...moved, userId: second })).toMatchObject({ error: 0 });
    expect(posts).toMatchObject([{ sessionId, actions: [{ kind: 'win', amount: 12 }] }]);
  });

  it('knows nobody who was never launched', async () => {
    for (const path of ['/bet', '/balance', '/refund', '/result'])
      expect(await say(path, { ...moved, userId: 'stranger' })).toMatchObject({ error: 4 });
    expect(posts).toEqual([]);
  });

  it('refuses and keeps an amount that the currency of the session does not have', async () => {
    await service.database.query('DELETE FROM quarantined_callback');
    const call = pragmaticCall('/bet', { ...moved, userId: first, amount: '12.50' });
    expect(await service.callback(call)).toMatchObject({ outcome: 'malformed' });
    const kept = await service.database.query('SELECT reason, body FROM quarantined_callback');
    expect(kept).toEqual([{ reason: 'malformed', body: Buffer.from(call.bodyBase64, 'base64') }]);
    expect(posts).toEqual([]);
  });

  it('leaves the token good when the wallet did not answer in time', async () => {
    const { token } = await launch(first);
    const call = pragmaticCall('/authenticate', { token });
    expect(await service.callback(call, Date.now() - 1)).toMatchObject({ outcome: 'fault' });
    expect(await say('/authenticate', { token })).toMatchObject({ error: 0, userId: first });
  });
});
