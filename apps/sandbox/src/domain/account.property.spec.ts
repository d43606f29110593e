import fc from 'fast-check';
import { Account, type Movement } from './account';
import { compare, type AccountLine } from './compare';

/** What happened to one movement on an honest platform, and what the outside party got to know of it. */
interface Happened {
  readonly amount: bigint;
  readonly fate: 'posted' | 'refused' | 'taken-back' | 'cancelled-out' | 'cancelled-unseen';
  readonly repeats: number;
}

const happened: fc.Arbitrary<Happened> = fc.record({
  amount: fc.bigInt({ min: 0n, max: 1_000_000n }),
  fate: fc.constantFrom('posted', 'refused', 'taken-back', 'cancelled-out', 'cancelled-unseen'),
  repeats: fc.nat(2),
});
const history = fc.array(happened, { minLength: 1, maxLength: 60 });

function live(events: readonly Happened[]): { account: Account; lines: AccountLine[]; balance: bigint } {
  const account = new Account();
  const lines: AccountLine[] = [];
  let balance = 0n;
  const append = (movement: Movement, referenceId?: string): string => {
    const id = `t${lines.length + 1}`;
    balance += movement.amount;
    const { kind, amount, provider } = movement;
    const line = {
      id,
      sequence: lines.length + 1,
      kind,
      amount,
      funds: amount,
      balanceAfter: balance,
      provider,
    };
    lines.push({ ...line, providerTxId: movement.id, ...(referenceId !== undefined && { referenceId }) });
    return id;
  };
  const post = (movement: Movement, repeats: number, referenceId?: string): string => {
    const key = account.sent(movement);
    const id = append(movement, referenceId);
    for (let i = 0; i <= repeats; i++) account.posted(key, id);
    return id;
  };
  events.forEach(({ amount, fate, repeats }, index) => {
    const provider = 'softswiss';
    const bet: Movement = { kind: 'bet', id: `b${index}`, provider, amount: -amount };
    const back: Movement = {
      kind: 'rollback',
      id: `r${index}`,
      provider,
      amount,
      takesBack: `${provider}:bet:b${index}`,
    };
    if (fate === 'posted') post(bet, repeats);
    else if (fate === 'refused') account.refused(account.sent(bet), 'no funds');
    else if (fate === 'taken-back') post(back, repeats, post(bet, repeats));
    else {
      if (fate === 'cancelled-out') append(back, append(bet));
      account.cancelledOut(account.sent(bet), account.sent(back));
    }
    account.sawBalance(balance, 'an answer');
  });
  return { account, lines, balance };
}

it('finds no difference to an honest platform', () => {
  fc.assert(
    fc.property(history, (events) => {
      const { account, lines, balance } = live(events);
      expect(compare(account, lines, balance)).toEqual([]);
      expect(account.balance).toBe(balance);
    }),
    { numRuns: 300 },
  );
});

const tampers: Record<string, (lines: AccountLine[], at: number) => AccountLine[]> = {
  'a line is dropped': (lines, at) => lines.filter((_, index) => index !== at),
  'a line is doubled': (lines, at) => lines.flatMap((line, index) => (index === at ? [line, line] : [line])),
  'an amount is changed': (lines, at) =>
    lines.map((line, i) => (i === at ? { ...line, amount: line.amount + 1n } : line)),
  'a kind is changed': (lines, at) =>
    lines.map((line, i) => (i === at ? { ...line, kind: 'deposit' } : line)),
  'a line of another id appears': (lines, at) =>
    lines.map((line, i) => (i === at ? { ...line, providerTxId: 'x' } : line)),
  'a balance after is wrong': (lines, at) =>
    lines.map((line, i) => (i === at ? { ...line, balanceAfter: line.balanceAfter - 1n } : line)),
  'two lines change places': (lines, at) => {
    const other = (at + 1) % lines.length;
    return lines.map((line, i) => (i === at ? lines[other] : i === other ? lines[at] : line) ?? line);
  },
  'a reference is wrong': (lines, at) =>
    lines.map((line, i) => (i === at && line.referenceId ? { ...line, referenceId: 'x' } : line)),
};
/** These leave some accounts as they are. */
const harmless = (name: string, before: AccountLine[], after: AccountLine[]): boolean =>
  (name === 'two lines change places' && before.length < 2) ||
  JSON.stringify(texts(before)) === JSON.stringify(texts(after));
const texts = (lines: AccountLine[]): string[] =>
  lines.map((line) => Object.values(line).map(String).join(' '));

it.each(Object.entries(tampers))('finds it when %s', (name, tamper) => {
  fc.assert(
    fc.property(history, fc.nat(), (events, seed) => {
      const { account, lines, balance } = live(events);
      if (lines.length === 0) return;
      const tampered = tamper(lines, seed % lines.length);
      if (harmless(name, lines, tampered)) return;
      expect(compare(account, tampered, balance)).not.toEqual([]);
    }),
    { numRuns: 200 },
  );
});
