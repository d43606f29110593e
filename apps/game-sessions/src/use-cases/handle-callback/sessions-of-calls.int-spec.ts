import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  identityQueries,
  ok,
  refuse,
  touchpointCommands,
  walletCommands,
  walletQueries,
  type Eligibility,
  type GameLaunched,
  type PostMovements,
} from '@baize/contracts';
import { waitFor, zoneAtNoon } from '@baize/testing';
import { hub88Speaker } from '../../../test/conformance/hub88';
import { pragmaticCall } from '../../../test/conformance/pragmatic';
import { softswissSpeaker } from '../../../test/conformance/softswiss';
import { brand, gameOf, startTestService, type TestService } from '../../../test/harness';
import { endSession } from '../../store/sessions';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const move = () => ({ id: randomUUID(), round: 'r1', amount: 100, betId: 'b1' });

/** What sessions allow, whether or not the dialect's calls present one. */
describe('the sessions of calls', () => {
  let service: TestService;
  let posts: PostMovements[] = [];
  let retries: PostMovements[] = [];
  let playerId: string;
  const seat = () => ({ playerId, currency: 'EUR', sid: '' });

  beforeAll(async () => {
    service = await startTestService();
    service.answer(identityQueries.checkEligibility, () => ok(eligible));
    const balance = { real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };
    service.answer(walletQueries.getBalance, ({ currency = 'EUR' }) => ok({ currency, ...balance }));
    service.answer(walletCommands.post, (request) => {
      if (request.noNewBets) {
        retries.push(request);
        return refuse('wallet.bet-not-found', 'It was never taken.');
      }
      posts.push(request);
      const actions = request.actions.map(({ id, kind }) => ({
        ...{ id, kind, status: 'posted' as const, transactionId: `tx-${id}` },
        ...{ postedAt: '2026-01-31T12:00:00.000Z', balanceAfter: 5000 },
      }));
      return ok({ actions, balance: { currency: request.currency, ...balance } });
    });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    posts = [];
    retries = [];
    playerId = randomUUID();
  });

  const launch = async (provider: string): Promise<GameLaunched> => {
    const form = { playerId, mode: 'real' as const };
    const asked = { brand, gameId: gameOf(provider).id, form };
    const result = await service.client.call(gameSessionsCommands.launchGame, asked);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  };
  const end = (sessionId: string) =>
    service.client.call(gameSessionsCommands.endGameSession, { sessionId, brand });
  const restrict = (epoch: number, forbids: 'launch'[]) =>
    service.client.call(touchpointCommands['game-sessions'], {
      ...{ sequence: 1_000, epoch, players: [{ playerId, brand, currency: 'EUR', forbids }] },
    });
  const bet = async () => (await service.callback(softswissSpeaker.bet(seat(), move()))).outcome;

  it('that nobody presents take bets while they are open, and are paid for ever', async () => {
    const { sessionId } = await launch('softswiss');
    expect(await bet()).toBe('ok');
    await end(sessionId);
    const refused = await service.callback(softswissSpeaker.bet(seat(), move()));
    expect(refused).toMatchObject({ status: 412, outcome: 'refused' });
    expect(JSON.parse(refused.body)).toMatchObject({ code: 107, balance: 5000 });
    expect(posts).toHaveLength(1);
    for (const call of [softswissSpeaker.win(seat(), move()), softswissSpeaker.rollBackBet(seat(), move())])
      expect(await service.callback(call)).toMatchObject({ outcome: 'ok' });
    await launch('softswiss');
    expect(await bet()).toBe('ok');
  });

  it('that nobody presents end with the limit on time of play', async () => {
    await launch('softswiss');
    expect(await bet()).toBe('ok');
    await service.database.query(
      `UPDATE game_session SET started_at = started_at - interval '1 hour' WHERE player_id = $1`,
      [playerId],
    );
    await service.client.call(gameSessionsCommands.applySessionLimits, {
      ...{ playerId, epoch: 1, timeZone: zoneAtNoon(), limits: [{ period: 'month', minutes: 1 }] },
    });
    expect(await bet()).toBe('refused');
  });

  it('that nobody presents are over within moments when another replica ends them', async () => {
    const { sessionId } = await launch('softswiss');
    expect(await bet()).toBe('ok');
    await endSession(service.database, sessionId, 'operator', new Date());
    await waitFor(async () => (await bet()) === 'refused');
  });

  it('are not needed where nobody presents them, and a restriction ends with the wallet’s word', async () => {
    expect(await bet()).toBe('ok');
    await launch('softswiss');
    await restrict(1, ['launch']);
    await restrict(2, []);
    expect(await bet()).toBe('ok');
  });

  it('are the newest that is open where several might be meant', async () => {
    const [older, newer] = [await launch('softswiss'), await launch('softswiss')];
    await end(newer.sessionId);
    expect(await bet()).toBe('ok');
    await end(older.sessionId);
    expect(await bet()).toBe('refused');
    const first = await launch('pragmatic');
    await end((await launch('pragmatic')).sessionId);
    const { providerGameId: gameId } = gameOf('pragmatic');
    const call = { userId: playerId, gameId, roundId: 'r1', reference: 'b1', amount: '1.00' };
    expect(await service.callback(pragmaticCall('/bet', call))).toMatchObject({ outcome: 'ok' });
    expect(posts.at(-1)).toMatchObject({ sessionId: first.sessionId });
  });

  it('leave to the wallet whether a bet was taken before they or their game ended', async () => {
    const { sessionId } = await launch('softswiss');
    await end(sessionId);
    expect(await bet()).toBe('refused');
    expect(retries).toMatchObject([{ providerRoundId: 'r1' }]);
    await launch('softswiss');
    const { id } = gameOf('softswiss');
    const offer = (enabled: boolean) =>
      service.database.query(
        `WITH changed AS (UPDATE game SET enabled = $2 WHERE id = $1) UPDATE catalogue_version SET version = version + 1`,
        [id, enabled],
      );
    await offer(false);
    await waitFor(async () => (await bet()) === 'refused');
    expect(retries.at(-1)).toMatchObject({ gameId: id });
    await offer(true);
    await waitFor(async () => (await bet()) === 'ok');
  });

  it('take bets in their own currency alone', async () => {
    const { token } = await launch('hub88');
    const dollars = { playerId, currency: 'USD', sid: token };
    const answer = await service.callback(hub88Speaker.bet(dollars, move()));
    expect(JSON.parse(answer.body)).toMatchObject(hub88Speaker.words.wrongCurrency.body);
    expect(posts).toEqual([]);
    // what was staked elsewhere is for the wallet to judge
    await service.callback(hub88Speaker.win(dollars, move()));
    expect(posts).toMatchObject([{ currency: 'USD' }]);
    expect(await service.callback(hub88Speaker.bet({ ...dollars, currency: 'EUR' }, move()))).toMatchObject({
      outcome: 'ok',
    });
  });
});
