import { softswiss } from '../dialects/softswiss';
import type { ActionOutcome, CallAction, Verdict } from '../dialects/dialect';
import { Account, type Fate } from '../domain/account';
import type { Delivery } from './delivery';
import { TakeBack } from './take-back';

const bet: CallAction = { kind: 'bet', id: 'b1', amount: 100n, betId: 'b1' };
const betKey = 'softswiss:bet:b1';
const rollbackKey = 'softswiss:rollback:b1-r';

/** Takes a bet of that fate back and is answered with that outcome. */
async function takeBack(fate: Fate | 'unsaid', moved: ActionOutcome['moved']): Promise<Account> {
  const account = new Account();
  if (fate !== 'unsaid') account.sent({ kind: 'bet', id: 'b1', provider: 'softswiss', amount: -100n });
  if (fate === 'posted') account.posted(betKey);
  if (fate === 'none') account.refused(betKey, 'no funds');
  const verdict: Verdict = { kind: 'accepted', outcomes: [{ id: 'b1-r', moved }] };
  const delivery: Pick<Delivery, 'insist'> = {
    insist: () => {
      account.sent({ kind: 'rollback', id: 'b1-r', provider: 'softswiss', amount: 100n, takesBack: betKey });
      return Promise.resolve(verdict);
    },
  };
  await new TakeBack(softswiss({ secret: 'key' }), delivery as Delivery, account).bets('r1', [bet]);
  return account;
}

it.each<[Fate | 'unsaid', ActionOutcome['moved'], Fate | undefined, Fate]>([
  ['in-doubt', true, 'posted', 'posted'],
  ['in-doubt', false, 'none', 'none'],
  ['in-doubt', 'untold', 'paired', 'paired'],
  ['posted', 'untold', 'posted', 'posted'],
  ['none', 'untold', 'none', 'none'],
  ['unsaid', 'untold', undefined, 'none'],
])('a bet that is %s and a rollback that moved: %s', async (fate, moved, ofBet, ofRollback) => {
  const account = await takeBack(fate, moved);
  expect(account.get(betKey)?.fate).toBe(ofBet);
  expect(account.get(rollbackKey)?.fate).toBe(ofRollback);
  expect(account.hasDoubt).toBe(false);
  expect(account.differences).toEqual([]);
});

it.each<[Fate | 'unsaid', ActionOutcome['moved'], string]>([
  ['posted', false, 'rollback-lost-bet'],
  ['none', true, 'rollback-of-nothing'],
])('notices that a bet that was %s cannot have a rollback that moved: %s', async (fate, moved, kind) => {
  const account = await takeBack(fate, moved);
  expect(account.differences.map((difference) => difference.kind)).toEqual([kind]);
});
