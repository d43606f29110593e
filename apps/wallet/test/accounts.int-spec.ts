import { randomUUID } from 'node:crypto';
import {
  ledgerCommands,
  ledgerHints,
  ledgerQueries,
  walletCommands,
  walletQueries,
  type GameAction,
  type GetStatement,
  type HouseAccountDto,
  type StatementLine,
  type TransferHouseFunds,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { idempotency, operator, WalletService } from './support/use-wallet-service';

let wallet: WalletService;
let playerId: string;

beforeAll(async () => {
  wallet = await WalletService.start();
});
afterAll(() => wallet.stop());
beforeEach(async () => {
  playerId = await wallet.openPlayer();
});

const play = (actions: GameAction[]) =>
  wallet.get(walletCommands.post, {
    ...{
      brand: 'demo',
      provider: 'softswiss',
      playerId,
      currency: 'EUR',
      gameId: 'g1',
      providerRoundId: 'r1',
    },
    ...{
      closeRound: false,
      idScope: 'player' as const,
      actions,
      sessionId: 's1',
      bodySha256: 'b'.repeat(64),
    },
    receivedAt: new Date().toISOString(),
    rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  });
const statement = (more: Partial<GetStatement> = {}) =>
  wallet.call(ledgerQueries.getStatement, { playerId, brand: 'demo', audience: 'operator', ...more });
const page = async (more: Partial<GetStatement> = {}) => {
  const answer = await statement(more);
  if (!answer.ok) throw new Error(JSON.stringify(answer.error));
  return answer.value;
};

describe('wallets of several currencies', () => {
  it('opens one a currency, however often it is asked, each with a balance of its own', async () => {
    const open = (currency: string) =>
      wallet.call(ledgerCommands.openWallet, { playerId, brand: 'demo', currency });
    const answers = await Promise.all(['BTC', 'BTC', 'JPY', 'BTC'].map(open));
    expect(answers.map((answer) => answer.ok)).toEqual([true, true, true, true]);
    await wallet.adjust(playerId, 150_000_000, 'BTC');
    await wallet.adjust(playerId, 700);
    const { items } = await wallet.get(ledgerQueries.listWallets, { playerId, brand: 'demo' });
    expect(items).toMatchObject([
      { currency: 'EUR', isDefault: true, exponent: 2, total: 700, version: 1 },
      { currency: 'BTC', isDefault: false, exponent: 8, total: 150_000_000, version: 1 },
      { currency: 'JPY', isDefault: false, exponent: 0, total: 0, version: 0 },
    ]);
    expect(await wallet.get(walletQueries.getBalance, { playerId, brand: 'demo' })).toMatchObject({
      ...{ currency: 'EUR', total: 700 },
    });
    expect((await page({ currency: 'BTC' })).items).toHaveLength(1);
    expect((await page()).items).toMatchObject([{ amount: 700, currency: 'EUR' }]);
  });

  it('keeps no wallet in what is no currency, nor for who is no player of the brand', async () => {
    const open = async (more: object) => {
      const command = { playerId, brand: 'demo', currency: 'USD', ...more };
      const answer = await wallet.call(ledgerCommands.openWallet, command);
      return answer.ok || answer.error.code;
    };
    expect(await open({ currency: 'XXX' })).toBe('wallet.currency-not-supported');
    expect(await open({ brand: 'other' })).toBe('wallet.player-not-found');
    expect(await open({ playerId: randomUUID() })).toBe('wallet.player-not-found');
    expect(await open({ playerId: 'x' })).toBe('wallet.player-not-found');
    const list = await wallet.call(ledgerQueries.listWallets, { playerId, brand: 'other' });
    expect(list).toMatchObject({ ok: false, error: { code: 'wallet.player-not-found' } });
  });
});

describe('statement', () => {
  it('names source, reference, round, session and actor of every kind of line', async () => {
    await wallet.adjust(playerId, 10_000);
    await play([{ kind: 'bet', id: 'b1', amount: 500 }]);
    await play([{ kind: 'win', id: 'w1', amount: 200 }]);
    await play([{ kind: 'rollback', id: 'x1', reference: { kind: 'win', id: 'w1' } }]);
    const { items, openingBalance, closingBalance } = await page();
    const [adjustment, bet, win, rollback] = items as [
      StatementLine,
      StatementLine,
      StatementLine,
      StatementLine,
    ];
    const game = {
      ...{ provider: 'softswiss', gameId: 'g1', sessionId: 's1', actor: 'provider:softswiss' },
      ...{ source: 'b'.repeat(64), roundId: bet.roundId },
    };
    expect(adjustment).toMatchObject({ kind: 'adjustment', actor: 'client:operator', source: 'goodwill' });
    expect(bet).toMatchObject({
      ...game,
      kind: 'bet',
      providerTxId: 'b1',
      roundId: expect.any(String) as string,
    });
    expect(win).toMatchObject({ ...game, kind: 'win', providerTxId: 'w1' });
    expect(rollback).toMatchObject({ ...game, kind: 'rollback', providerTxId: 'x1', referenceId: win.id });
    expect([openingBalance, closingBalance]).toEqual([0, 9_500]);
    const shown = await page({ audience: 'player' });
    expect(shown.items).toHaveLength(4);
    for (const line of shown.items) expect([line.actor, line.source]).toEqual([undefined, undefined]);
  });

  it('keeps its period and its balances over all pages while postings go on', async () => {
    for (let i = 1; i <= 5; i += 1) await wallet.adjust(playerId, i);
    const first = await page({ limit: 2 });
    await wallet.adjust(playerId, 1_000);
    const second = await page({ limit: 2, cursor: first.nextCursor });
    const third = await page({ limit: 2, cursor: second.nextCursor });
    const lines = [first, second, third].flatMap(({ items }) => items);
    expect(lines.map(({ amount }) => amount)).toEqual([1, 2, 3, 4, 5]);
    expect(third.nextCursor).toBeUndefined();
    for (const one of [first, second, third]) {
      expect(one).toMatchObject({ openingBalance: 0, closingBalance: 15, from: first.from, to: first.to });
    }
  });

  it('is empty where nothing happened, and refuses periods and cursors that are none', async () => {
    await wallet.adjust(playerId, 700);
    expect(await page({ to: '2020-01-31' })).toMatchObject({
      items: [],
      openingBalance: 0,
      closingBalance: 0,
    });
    expect(await page({ from: '2999-01-01', to: '2999-02-01T00:00:00+02:00' })).toMatchObject({
      ...{ items: [], openingBalance: 700, closingBalance: 700, to: '2999-01-31T22:00:00.000Z' },
    });
    for (const bad of [
      { from: '2026-02-01', to: '2026-01-01' },
      { from: '2026-02-01T10:00:00' },
      { from: '2026-02-30' },
      { to: 'now' },
      { cursor: 'abc' },
      { cursor: Buffer.from('EUR 0 0 5 4 5').toString('base64url') },
    ]) {
      expect(await statement(bad)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    }
    expect(await statement({ currency: 'USD' })).toMatchObject({
      error: { code: 'wallet.wallet-not-found' },
    });
    expect(await statement({ brand: 'other' })).toMatchObject({ error: { code: 'wallet.player-not-found' } });
  });
});

describe('house accounts', () => {
  const accounts = async () => {
    const { items } = await wallet.get(ledgerQueries.listHouseAccounts, { brand: 'demo' });
    return (account: HouseAccountDto['account'], party: string, currency = 'EUR') =>
      items.find((one) => one.account === account && one.party === party && one.currency === currency)
        ?.balance ?? 0;
  };
  const transfer = (more: Partial<TransferHouseFunds> = {}) =>
    wallet.call(ledgerCommands.transferHouseFunds, {
      ...{ brand: 'demo', amount: { amount: 250, currency: 'EUR' }, reason: 'fees of May', actor: operator },
      from: { account: 'fees', party: 'stripe' },
      to: { account: 'payments', party: 'stripe' },
      idempotency: idempotency(),
      ...more,
    });

  it('have the other side of all that players won and lost', async () => {
    const before = await accounts();
    await wallet.adjust(playerId, 10_000);
    await play([{ kind: 'bet', id: randomUUID(), amount: 500 }]);
    const after = await accounts();
    expect(after('games', 'softswiss') - before('games', 'softswiss')).toBe(500);
    expect(after('adjustments', 'operator') - before('adjustments', 'operator')).toBe(-10_000);
    const [sums] = await wallet.db.query<{ wallets: string }>(
      `SELECT sum(real + bonus + locked)::text AS wallets FROM wallet WHERE currency = 'EUR'`,
    );
    const { items } = await wallet.get(ledgerQueries.listHouseAccounts, { brand: 'demo' });
    const house = items
      .filter(({ currency }) => currency === 'EUR')
      .reduce((sum, { balance }) => sum + balance, 0);
    expect(house + Number(sums!.wallets)).toBe(0);
  });

  it('pay jackpots from the jackpots, and take them back to there', async () => {
    const before = await accounts();
    const moved = async () => {
      const now = await accounts();
      return (['games', 'jackpots'] as const).map(
        (account) => now(account, 'softswiss') - before(account, 'softswiss'),
      );
    };
    const [won, taken] = [randomUUID(), randomUUID()];
    await wallet.adjust(playerId, 10_000);
    await play([
      { kind: 'bet', id: randomUUID(), amount: 500 },
      { kind: 'win', id: randomUUID(), amount: 200 },
      { kind: 'win', id: won, amount: 9_000, award: 'jackpot' },
      { kind: 'win', id: taken, amount: 4_000, award: 'jackpot' },
      { kind: 'win', id: randomUUID(), amount: 70, award: 'promo' },
    ]);
    expect(await moved()).toEqual([230, -13_000]);
    await play([{ kind: 'rollback', id: randomUUID(), reference: { kind: 'win', id: taken } }]);
    expect(await moved()).toEqual([230, -9_000]);
  });

  it('take fees and jackpots by transfers, once for each key', async () => {
    const before = await accounts();
    const key = idempotency();
    const first = await transfer({ idempotency: key });
    expect(await transfer({ idempotency: key })).toMatchObject({ ok: true, value: { replayed: true } });
    const again = await Promise.all(Array.from({ length: 5 }, () => transfer({ idempotency: key })));
    for (const answer of again) {
      if (answer.ok && first.ok) expect(answer.value.id).toBe(first.value.id);
      else expect(answer).toMatchObject({ error: { code: 'idempotency.in-progress' } });
    }
    const logged = await wallet.db.query(
      `SELECT actor_id, reason, details FROM audit_entry WHERE action = 'house-transfer.posted' AND subject = $1`,
      [first.ok && first.value.id],
    );
    expect(logged).toEqual([
      {
        ...{ actor_id: 'operator', reason: 'fees of May' },
        details: { amount: 250, currency: 'EUR', from: 'fees stripe', to: 'payments stripe' },
      },
    ]);
    await transfer({ from: { account: 'games', party: 'acme' }, to: { account: 'jackpots', party: 'mega' } });
    await waitFor(
      async () => {
        const now = await accounts();
        expect(now('fees', 'stripe') - before('fees', 'stripe')).toBe(-250);
        expect(now('payments', 'stripe') - before('payments', 'stripe')).toBe(250);
        expect(now('jackpots', 'mega') - before('jackpots', 'mega')).toBe(250);
        const [open] = await wallet.db.query<{ rows: bigint }>(
          `SELECT count(*) AS rows FROM entry WHERE transaction >= (SELECT transaction FROM house_horizon)`,
        );
        return open!.rows === 0n; // and they agree still when all is rolled up
      },
      { what: 'the roll-up' },
    );
  });

  it('refuse transfers that move nothing, or nowhere', async () => {
    const code = async (more: Partial<TransferHouseFunds>) => {
      const answer = await transfer(more);
      return answer.ok || answer.error.code;
    };
    for (const amount of [0, -1]) {
      expect(await code({ amount: { amount, currency: 'EUR' } })).toBe('wallet.amount-out-of-range');
    }
    expect(await code({ amount: { amount: 1, currency: 'XXX' } })).toBe('wallet.currency-not-supported');
    expect(await code({ to: { account: 'fees', party: 'other' } })).toBe('request.invalid');
    const key = idempotency();
    await transfer({ idempotency: key });
    expect(await code({ idempotency: { ...key, bodySha256: 'b'.repeat(64) } })).toBe(
      'idempotency.key-reused',
    );
  });
});

test('a hint tells of every player whose balance changed', async () => {
  const heard: string[] = [];
  const subscription = wallet.broker.subscribe(`${ledgerHints.balanceChanged.subject}.*`, {
    callback: (_error, { subject, data }) =>
      heard.push(`${subject.slice(subject.lastIndexOf('.') + 1)} ${data.length}`),
  });
  await wallet.broker.flush();
  await wallet.adjust(playerId, 700);
  await waitFor(() => heard.includes(`${playerId} 0`), { what: 'the hint' });
  subscription.unsubscribe();
});
