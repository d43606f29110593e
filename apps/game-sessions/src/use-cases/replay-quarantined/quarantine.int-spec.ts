import { createHmac, randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  identityQueries,
  ok,
  providerCommands,
  providerQueries,
  refuse,
  walletCommands,
  walletQueries,
  type BalanceDto,
  type PostMovements,
  type ReplayForm,
} from '@baize/contracts';
import { brand, gameOf, secrets, startTestService, type TestService } from '../../../test/harness';
import { evolutionCall, evolutionText, softswissCall, softswissText } from '../../../test/provider-calls';

const balance: BalanceDto = { currency: 'EUR', real: 5000, bonus: 0, locked: 0, total: 5000, version: 3 };
const actor = { kind: 'client' as const, id: 'client:operator' };
const win = { action: 'win', amount: 250, action_id: 'win-1' };
const bet = { action: 'bet', amount: 250, action_id: 'bet-1' };
const play = (actions: object[]) => softswissCall('/play', { user_id: 'p', game_id: 'r1', actions });

describe('quarantined callbacks', () => {
  let service: TestService;
  let posts: PostMovements[];
  /** What the wallet says next; it posts when this is undefined. */
  let refusal: 'wallet.movement-conflict' | 'wallet.currency-mismatch' | undefined;

  beforeAll(async () => {
    service = await startTestService();
    service.answer(walletQueries.getBalance, () => ok(balance));
    service.answer(identityQueries.checkEligibility, () =>
      ok({ allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' }),
    );
    service.answer(walletCommands.post, (request) => {
      if (refusal) return refuse(refusal, 'no', { data: { balance } });
      const known = new Set(posts.flatMap(({ actions }) => actions.map(({ id }) => id)));
      posts.push(request);
      const actions = request.actions.map(({ id, kind }) => ({
        ...{ id, kind, status: known.has(id) ? ('replayed' as const) : ('posted' as const) },
        ...{ transactionId: `tx-${id}`, postedAt: '2026-01-31T12:00:00.000Z', balanceAfter: 4900 },
      }));
      return ok({ actions, balance });
    });
  });
  beforeEach(async () => {
    posts = [];
    refusal = undefined;
    await service.database.query('DELETE FROM quarantined_callback');
  });
  afterAll(() => service.stop());

  async function list(filter: object = {}) {
    const page = await service.client.call(providerQueries.listQuarantined, Object.assign({ brand }, filter));
    if (!page.ok) throw new Error(page.error.code);
    return page.value;
  }
  async function only() {
    const { items } = await list();
    expect(items).toHaveLength(1);
    return items[0]!;
  }
  const view = (id: string) => service.client.call(providerQueries.getQuarantined, { id, brand });
  const replay = (id: string, more: Partial<ReplayForm> = {}, key: string = randomUUID()) =>
    service.client.call(providerCommands.replayQuarantined, {
      ...{ id, brand, actor, form: { reason: 'mended', ...more } },
      idempotency: { key, caller: actor.id, bodySha256: '0'.repeat(64) },
    });
  const discard = (id: string, reason = 'settled by hand') =>
    service.client.call(providerCommands.discardQuarantined, { id, brand, actor, form: { reason } });

  /** The token of a game that is launched for `the-player`. */
  async function launch(provider: string): Promise<string> {
    const launched = await service.client.call(gameSessionsCommands.launchGame, {
      ...{ brand, gameId: gameOf(provider).id },
      form: { playerId: 'the-player', mode: 'real' },
    });
    if (!launched.ok) throw new Error(launched.error.code);
    return launched.value.token;
  }

  it('are listed newest first, by provider, reason and status, page by page', async () => {
    for (let n = 0; n < 5; n++) await service.callback(softswissText('/play', `[${n}]`));
    await service.callback(evolutionText('/debit', '{}', 'not-the-token'));
    const all = await list();
    expect(all.items).toHaveLength(6);
    expect(await list({ provider: 'evolution' })).toMatchObject({ items: [{ reason: 'unauthenticated' }] });
    expect((await list({ reason: 'malformed' })).items).toHaveLength(5);
    expect((await list({ status: 'discarded' })).items).toHaveLength(0);
    const seen: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await list({ limit: 2, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all.items.map(({ id }) => id));
  });

  it('are shown with their raw body, without what is secret', async () => {
    await service.callback(softswissText('/play', '{"user_id":'));
    const { id } = await only();
    const shown = await view(id);
    expect(shown.ok && Buffer.from(shown.value.bodyBase64, 'base64').toString()).toBe('{"user_id":');
    expect(shown).toMatchObject({
      value: { reason: 'malformed', path: '/play', status: 'open', replays: 0 },
    });
    await service.callback(evolutionText('/debit', '{}'));
    const rows = await service.database.query(
      `SELECT query, headers, authentic FROM quarantined_callback WHERE provider = 'evolution'`,
    );
    expect(rows).toEqual([{ query: '', headers: [], authentic: true }]);
    expect(await view(randomUUID())).toMatchObject({ error: { code: 'game-sessions.callback-not-found' } });
    expect(await view('x')).toMatchObject({ error: { code: 'game-sessions.callback-not-found' } });
  });

  it('are shown without the session that they name, but with its player', async () => {
    const token = await launch('swipegames');
    refusal = 'wallet.currency-mismatch';
    const body = JSON.stringify({ amount: '1.00', roundID: 'r1', sessionID: token, txID: 'win-9' });
    const signature = createHmac('sha256', secrets.swipegames.apiKey).update(body).digest('hex');
    const headers = [{ name: 'x-request-sign', value: signature }];
    const bodyBase64 = Buffer.from(body).toString('base64');
    await service.callback({
      provider: 'swipegames',
      path: '/win',
      query: `s=${token}`,
      headers,
      bodyBase64,
    });
    const { id } = await only();
    const shown = await view(id);
    if (!shown.ok) throw new Error(shown.error.code);
    expect(shown.value).toMatchObject({ playerId: 'the-player', query: 's=[session]' });
    expect(Buffer.from(shown.value.bodyBase64, 'base64').toString()).toBe(body.replace(token, '[session]'));
    refusal = undefined;
    expect(await replay(id)).toMatchObject({ value: { status: 'replayed' } }); // it is kept whole
  });

  it('answer no session to who replays a hand-shake', async () => {
    const enter = { sid: await launch('evolution'), userId: 'the-player', uuid: 'u-1' };
    await service.callback(evolutionText('/check', JSON.stringify(enter), 'not-the-token'));
    const { id } = await only();
    const replayed = await replay(id, { trusted: true });
    expect(replayed).toMatchObject({ value: { status: 'replayed', answer: { outcome: 'ok' } } });
    expect(replayed.ok && JSON.parse(replayed.value.answer.body)).toMatchObject({
      status: 'OK',
      sid: '[session]',
    });
  });

  it('are one entry while they are open, however often the provider sends them', async () => {
    refusal = 'wallet.currency-mismatch';
    const call = play([win]);
    const told = () =>
      service.database.query(`SELECT FROM outbox WHERE type = 'game-sessions.event.callback-quarantined.v1'`);
    const before = (await told()).length;
    const later = new Date(Date.now() + 60_000).toISOString();
    await service.callback(call);
    expect(await only()).toMatchObject({ received: 1 });
    await Promise.all(Array.from({ length: 4 }, () => service.callback({ ...call, receivedAt: later })));
    const { id, ...kept } = await only();
    expect(kept).toMatchObject({ status: 'open', received: 5, lastReceivedAt: later });
    expect(await told()).toHaveLength(before + 1);
    await discard(id);
    await service.callback(call);
    expect((await list()).items).toMatchObject([{ status: 'open', received: 1 }, { status: 'discarded' }]);
    // of strangers each is kept: another signature over the same bytes may be the good one
    const forged = softswissText('/play', '{}', 'another-secret');
    await Promise.all([service.callback(forged), service.callback(forged)]);
    expect((await list({ reason: 'unauthenticated' })).items).toHaveLength(2);
  });

  it('are served again after a fix, once, and only then done', async () => {
    refusal = 'wallet.currency-mismatch';
    const call = play([win]);
    await service.callback(call);
    const { id, bodySha256 } = await only();
    const key = randomUUID();
    expect(await replay(id)).toMatchObject({ value: { status: 'open', answer: { outcome: 'refused' } } });
    expect(await only()).toMatchObject({
      status: 'open',
      replays: 1,
      lastOutcome: 'refused wallet.currency-mismatch',
    });
    refusal = undefined;
    const done = await replay(id, {}, key);
    expect(done).toMatchObject({ value: { id, status: 'replayed', answer: { status: 200, outcome: 'ok' } } });
    expect(posts).toMatchObject([{ bodySha256, actions: [{ id: 'win-1', amount: 250 }] }]);
    expect(await replay(id, {}, key)).toEqual({
      ok: true,
      value: { ...(done.ok && done.value), replayed: true },
    });
    expect(await replay(id)).toMatchObject({ error: { code: 'game-sessions.callback-decided' } });
    expect(posts).toHaveLength(1);
    expect(await only()).toMatchObject({ status: 'replayed', decidedBy: actor.id, decisionReason: 'mended' });
    // and the provider's own retry finds it posted
    expect(await service.callback(call)).toMatchObject({ outcome: 'replayed' });
  });

  it('post once, however many replay at once', async () => {
    refusal = 'wallet.currency-mismatch';
    await service.callback(play([win]));
    const { id } = await only();
    refusal = undefined;
    const answers = await Promise.all(Array.from({ length: 5 }, () => replay(id)));
    // whoever is late is told how it is now
    const told = answers.map((one) => (one.ok ? one.value.status : one.error.code));
    expect(told.filter((one) => one !== 'game-sessions.callback-decided')).not.toContain('open');
    const moved = posts.flatMap(({ actions }) => actions.map((action) => action.id));
    expect(new Set(moved)).toEqual(new Set(['win-1'])); // one id: the wallet moves it once
    expect(await only()).toMatchObject({ status: 'replayed' });
  });

  it('stay open when they still cannot be read', async () => {
    await service.callback(softswissText('/play', '{"user_id":'));
    const { id } = await only();
    expect(await replay(id)).toMatchObject({ value: { status: 'open', answer: { outcome: 'malformed' } } });
    expect(await only()).toMatchObject({ status: 'open', lastOutcome: 'malformed' });
    expect(posts).toEqual([]);
  });

  it('are not served without their secret, unless somebody answers for them', async () => {
    const body = JSON.parse(Buffer.from(play([win]).bodyBase64, 'base64').toString()) as object;
    await service.callback(softswissText('/play', JSON.stringify(body), 'another-secret'));
    const { id } = await only();
    expect(await replay(id)).toMatchObject({ error: { code: 'game-sessions.replay-not-authentic' } });
    expect(posts).toEqual([]);
    const trusted = { trusted: true, reason: 'the provider sent with its old key, told by mail' };
    expect(await replay(id, trusted)).toMatchObject({ value: { status: 'replayed' } });
    expect(posts).toHaveLength(1);
    const audit = await service.database.query<{ reason: string; details: { trusted: boolean } }>(
      `SELECT reason, details FROM audit_entry WHERE subject = $1`,
      [id],
    );
    expect(audit).toMatchObject([{ reason: trusted.reason, details: { trusted: true } }]);
  });

  it('of evolution are served though its token was not kept, because it was good when they came', async () => {
    refusal = 'wallet.currency-mismatch';
    const promo = { id: 'promo-1', amount: 5, type: 'JackpotWin' };
    const call = evolutionCall('/promo_payout', { userId: 'p', game: null, promoTransaction: promo });
    refusal = undefined;
    await service.callback(call); // no game: malformed or refused, it does not matter here
    await service.database.query('DELETE FROM quarantined_callback');
    await service.callback(evolutionText('/credit', '{"uuid":"u","sid":"s","userId":"p"}'));
    const { id } = await only();
    expect(await replay(id)).toMatchObject({ value: { answer: { outcome: 'malformed' } } });
    await service.callback({ ...call, query: `authToken=${secrets.evolution.authToken}x` });
    const [stranger] = (await list({ reason: 'unauthenticated' })).items;
    expect(await replay(stranger!.id)).toMatchObject({
      error: { code: 'game-sessions.replay-not-authentic' },
    });
  });

  it('with a bet are not staked afterwards, unless the provider says that it stands', async () => {
    refusal = 'wallet.movement-conflict';
    await service.callback(play([bet]));
    const { id } = await only();
    refusal = undefined;
    expect(await replay(id)).toMatchObject({ error: { code: 'game-sessions.replay-has-bet' } });
    expect(posts).toEqual([]);
    expect(await replay(id, { includeBets: true })).toMatchObject({ value: { status: 'replayed' } });
    expect(posts).toHaveLength(1);
  });

  it('are discarded with a reason, once, and not served afterwards', async () => {
    await service.callback(softswissText('/play', '[]'));
    const { id } = await only();
    expect(await discard(id)).toMatchObject({
      value: { status: 'discarded', decidedBy: actor.id, decisionReason: 'settled by hand' },
    });
    expect(await discard(id)).toMatchObject({ error: { code: 'game-sessions.callback-decided' } });
    expect(await replay(id)).toMatchObject({ error: { code: 'game-sessions.callback-decided' } });
    expect(await discard(randomUUID())).toMatchObject({
      error: { code: 'game-sessions.callback-not-found' },
    });
  });
});
