import type { AskedMovement } from './movements';

/** A journal row with what belongs to it. Amounts are signed minor units. */
export interface LedgerLine {
  readonly transactionId: string;
  readonly playerId: string;
  readonly kind: string;
  /** The provider's id. */
  readonly id: string;
  /** The wallet's, without gaps. */
  readonly sequence: number;
  readonly amount: number;
  readonly balanceAfter: number;
  /** Of all its entries; 0 when they balance. */
  readonly entrySum: number;
  /** Of the entries on the player's accounts. */
  readonly playerEntrySum: number;
  /** Rows in the outbox that speak of it. */
  readonly events: number;
}

export interface LedgerWallet {
  readonly playerId: string;
  readonly balance: number;
  readonly sequence: number;
}

/** The ledger of one side after the run. */
export interface Ledger {
  readonly lines: readonly LedgerLine[];
  readonly wallets: readonly LedgerWallet[];
}

/** What was there before: movements up to that sequence are not the generator's. */
export interface Opening {
  readonly balance: number;
  readonly sequence: number;
}

const maxFindings = 20;

/**
 * Compares the generator's account with the ledger: every acknowledged movement exactly once, nothing that was not
 * asked for, entries that sum to zero, balances and sequences that follow. Returns what is wrong; nothing when all is.
 */
export function checkLedger(asked: readonly AskedMovement[], ledger: Ledger, opening: Opening): string[] {
  const findings = [
    ...checkMovements(asked, ledger.lines),
    ...ledger.lines.flatMap(checkLine),
    ...checkWallets(ledger, opening),
  ];
  const more = findings.length - maxFindings;
  return more > 0 ? [...findings.slice(0, maxFindings), `... and ${more} more findings`] : findings;
}

function checkMovements(asked: readonly AskedMovement[], lines: readonly LedgerLine[]): string[] {
  const findings: string[] = [];
  const posted = new Map<string, LedgerLine[]>();
  for (const line of lines) {
    const same = posted.get(`${line.kind} ${line.id}`);
    if (same) same.push(line);
    else posted.set(`${line.kind} ${line.id}`, [line]);
  }
  for (const movement of asked) {
    const name = `${movement.kind} ${movement.id}`;
    const [line, ...others] = posted.get(name) ?? [];
    posted.delete(name);
    if (others.length > 0) findings.push(`${name} was posted ${others.length + 1} times`);
    if (!line) {
      if (movement.acknowledged) findings.push(`${name} was acknowledged and is not in the ledger`);
      continue;
    }
    const amount = movement.kind === 'bet' ? -movement.amount : movement.amount;
    if (line.playerId !== movement.playerId) findings.push(`${name} was posted to another player`);
    if (line.amount !== amount) findings.push(`${name} was posted as ${line.amount} instead of ${amount}`);
    if (movement.transactionId && line.transactionId !== movement.transactionId) {
      findings.push(`${name} was acknowledged with the id of another movement`);
    }
  }
  for (const name of posted.keys()) findings.push(`${name} is in the ledger and was never asked for`);
  return findings;
}

function checkLine(line: LedgerLine): string[] {
  const findings: string[] = [];
  const name = `${line.kind} ${line.id}`;
  if (line.entrySum !== 0) findings.push(`the entries of ${name} sum to ${line.entrySum}`);
  if (line.playerEntrySum !== line.amount) {
    findings.push(`the player's entries of ${name} are ${line.playerEntrySum}, its amount ${line.amount}`);
  }
  if (line.events !== 1) findings.push(`${name} has ${line.events} events in the outbox`);
  return findings;
}

/** Each wallet's lines in sequence: no gap, each balance follows from the one before, the last is the wallet's. */
function checkWallets({ lines, wallets }: Ledger, opening: Opening): string[] {
  const findings: string[] = [];
  const byPlayer = new Map<string, LedgerLine[]>(wallets.map(({ playerId }) => [playerId, []]));
  for (const line of lines) {
    const own = byPlayer.get(line.playerId);
    if (own) own.push(line);
    else findings.push(`${line.kind} ${line.id} has no wallet`);
  }
  for (const wallet of wallets) {
    let { balance, sequence } = opening;
    const own = byPlayer.get(wallet.playerId) ?? [];
    for (const line of own.sort((a, b) => a.sequence - b.sequence)) {
      sequence += 1;
      balance += line.amount;
      if (line.sequence !== sequence) {
        findings.push(`wallet ${wallet.playerId} has sequence ${line.sequence} where ${sequence} follows`);
        sequence = line.sequence;
      }
      if (line.balanceAfter !== balance) {
        findings.push(`${line.kind} ${line.id} says ${line.balanceAfter} where the balance is ${balance}`);
      }
    }
    if (wallet.balance !== balance)
      findings.push(`wallet ${wallet.playerId} holds ${wallet.balance}, its lines ${balance}`);
    if (wallet.sequence !== sequence)
      findings.push(`wallet ${wallet.playerId} is at ${wallet.sequence}, its lines at ${sequence}`);
  }
  return findings;
}
