import { keyOf, type Account, type Difference, type MovementKind } from './account';

/** One line of the platform's account, as `GET /v1/players/{id}/transactions` gives it; amounts in minor units. */
export interface AccountLine {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly amount: bigint;
  readonly funds: bigint;
  readonly balanceAfter: bigint;
  readonly provider?: string;
  readonly providerTxId?: string;
  readonly referenceId?: string;
}

/** Sorted oldest first. Every way in which the platform's lines and balance disagree with our own account. */
export function compare(account: Account, lines: readonly AccountLine[], balance: bigint): Difference[] {
  const found: Difference[] = [...account.differences];
  const differ = (kind: string, detail: string): void => void found.push({ kind, detail });
  const byKey = indexLines(lines);
  compareMovements(account, byKey, differ);
  for (const [key, same] of byKey) {
    if (account.get(key) === undefined)
      differ('unexpected', `${key} (${same.map(lineText).join('; ')}) was never acknowledged`);
  }
  compareRunningBalance(lines, differ);
  const total = lines.at(-1)?.balanceAfter ?? 0n;
  if (balance !== total) differ('final-balance', `the balance is ${balance}, the last line says ${total}`);
  if (balance !== account.balance)
    differ('final-balance', `the balance is ${balance}, expected ${account.balance}`);
  return found;
}

type Differ = (kind: string, detail: string) => void;

function compareMovements(account: Account, byKey: ReadonlyMap<string, AccountLine[]>, differ: Differ): void {
  const undone = new Set<string>();
  for (const [key, entry] of account.entries()) {
    if (entry.takesBack !== undefined && byKey.has(key)) undone.add(entry.takesBack);
  }
  for (const [key, entry] of account.entries()) {
    const lines = byKey.get(key) ?? [];
    const [line] = lines;
    if (lines.length > 1)
      differ('doubled', `${key} is there ${lines.length} times: ${lines.map(lineText).join('; ')}`);
    if (entry.fate === 'in-doubt') differ('unresolved', `${key} never got a definite answer`);
    else if (entry.fate === 'posted' && line === undefined)
      differ('lost', `${key} of ${entry.amount} was acknowledged and is not there`);
    else if (entry.fate === 'none' && line !== undefined)
      differ('refused-but-posted', `${key} was refused and is there: ${lineText(line)}`);
    if (line === undefined) continue;
    if (line.amount !== entry.amount)
      differ('wrong-amount', `${key} is ${line.amount}, expected ${entry.amount}`);
    if (entry.transactionId !== undefined && entry.transactionId !== line.id)
      differ('wrong-id', `${key} is ${line.id}, its answer named ${entry.transactionId}`);
    const bet = entry.takesBack === undefined ? undefined : byKey.get(entry.takesBack)?.[0];
    if (entry.takesBack !== undefined) {
      if (bet === undefined) differ('half-undone', `${key} is there without ${entry.takesBack}`);
      else if (line.referenceId !== bet.id)
        differ('wrong-reference', `${key} refers to ${line.referenceId ?? 'nothing'}, expected ${bet.id}`);
    } else if (entry.fate === 'paired' && !undone.has(key)) {
      differ('half-undone', `${key} is there without the rollback that was acknowledged`);
    }
  }
}

function compareRunningBalance(lines: readonly AccountLine[], differ: Differ): void {
  let expected = 0n;
  lines.forEach((line, index) => {
    if (line.sequence !== index + 1)
      differ('sequence', `line ${index + 1} has the sequence ${line.sequence} (${lineText(line)})`);
    expected += line.amount;
    if (line.balanceAfter !== expected)
      differ('running-balance', `${lineText(line)} says ${line.balanceAfter} after it, expected ${expected}`);
    if (line.funds !== line.amount) differ('funds', `${lineText(line)} has funds that sum to ${line.funds}`);
    expected = line.balanceAfter; // one wrong line is reported once, not on every line after it
  });
}

/** Adjustments carry no id of ours; they were made one after the other, so their order names them. */
function indexLines(lines: readonly AccountLine[]): Map<string, AccountLine[]> {
  const byKey = new Map<string, AccountLine[]>();
  let adjustments = 0;
  for (const line of lines) {
    const kind = line.kind as MovementKind;
    const key =
      kind === 'adjustment'
        ? keyOf({ kind, id: String(++adjustments) })
        : keyOf({ kind, id: line.providerTxId ?? line.id, provider: line.provider });
    const same = byKey.get(key);
    if (same === undefined) byKey.set(key, [line]);
    else same.push(line);
  }
  return byKey;
}

function lineText(line: AccountLine): string {
  return `#${line.sequence} ${line.kind} ${line.amount}`;
}
