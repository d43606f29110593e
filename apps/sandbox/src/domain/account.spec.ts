import { Account, type Movement } from './account';
import { compare } from './compare';

const bet: Movement = { kind: 'bet', id: 'b1', provider: 'softswiss', amount: -100n };
const win: Movement = { kind: 'win', id: 'w1', provider: 'softswiss', amount: 100n };
const back: Movement = {
  kind: 'rollback',
  id: 'r1',
  provider: 'softswiss',
  amount: 100n,
  takesBack: 'softswiss:bet:b1',
};
const kinds = (account: Account): string[] => account.differences.map(({ kind }) => kind);

it('reports what never got a definite answer', () => {
  const account = new Account();
  account.sent(bet);
  expect(account.hasDoubt).toBe(true);
  expect(compare(account, [], 0n).map(({ kind }) => kind)).toEqual(['unresolved']);
});

it('lets a refused movement be said again', () => {
  const account = new Account();
  account.refused(account.sent(win), 'no bet yet');
  account.posted(account.sent(win));
  expect(account.balance).toBe(100n);
  expect(account.differences).toEqual([]);
});

it('notices a refusal of what was acknowledged', () => {
  const account = new Account();
  const key = account.sent(bet);
  account.posted(key);
  account.refused(key, 'conflict');
  expect(kinds(account)).toEqual(['taken-back']);
});

it('notices another transaction id for the same movement', () => {
  const account = new Account();
  const key = account.sent(bet);
  account.posted(key, 't1');
  account.posted(key, 't2');
  expect(kinds(account)).toEqual(['replayed-differently']);
});

it('compares shown balances only when nothing is in doubt', () => {
  const account = new Account();
  const key = account.sent(bet);
  account.sawBalance(7n, 'an answer');
  account.posted(key);
  account.sawBalance(-100n, 'an answer');
  account.sawBalance(0n, 'an answer');
  expect(kinds(account)).toEqual(['answered-balance']);
});

it('wants both or neither of a bet and its rollback', () => {
  const account = new Account();
  account.cancelledOut(account.sent(bet), account.sent(back));
  expect(compare(account, [], 0n)).toEqual([]);
  const line = { id: 't1', sequence: 1, kind: 'bet', amount: -100n, funds: -100n, balanceAfter: -100n };
  const half = compare(account, [{ ...line, provider: 'softswiss', providerTxId: 'b1' }], -100n);
  expect(half.map(({ kind }) => kind)).toEqual(['half-undone', 'final-balance']);
});

it('refuses to judge what was never sent', () => {
  expect(() => new Account().posted('softswiss:bet:b1')).toThrow('never sent');
});
