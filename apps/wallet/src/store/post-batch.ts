import type { Db } from '@baize/persistence';
import type { ErrorCode } from '@baize/contracts';
import type { Instruction, PostingUnit } from '../domain/instruction';
import type { PostedInstruction, Verdict } from '../domain/verdict';
import { encodeBatch, postBatchSql } from './batch-columns';

interface VerdictRow {
  status: 'posted' | 'replayed' | 'tombstoned' | 'refused';
  code: ErrorCode | null;
  transaction_id: string;
  posted_at: Date;
  balance_after: bigint;
  wallet_real: bigint | null;
  wallet_bonus: bigint;
  wallet_locked: bigint;
  version: bigint;
  round_id: string | null;
  round_closed: boolean | null;
}

/** Posts the units in one transaction of their own and answers a verdict for each, in order. */
export async function postBatch(db: Db, units: readonly PostingUnit[]): Promise<Verdict[]> {
  const rows = await db.query<VerdictRow>({
    name: 'post-batch-v2',
    text: postBatchSql,
    values: encodeBatch(units),
  });
  let next = 0;
  return units.map(({ instructions }) => {
    const mine = rows.slice(next, next + instructions.length);
    next += instructions.length;
    return toVerdict(instructions, mine);
  });
}

function toVerdict(instructions: readonly Instruction[], rows: readonly VerdictRow[]): Verdict {
  const last = rows[rows.length - 1]!;
  const balance =
    last.wallet_real === null
      ? undefined
      : {
          real: last.wallet_real,
          bonus: last.wallet_bonus,
          locked: last.wallet_locked,
          version: last.version,
        };
  if (last.status === 'refused') return { refused: last.code!, balance };
  return {
    posted: rows.map((row, index) => toPosted(row, instructions[index]!)),
    balance: balance!,
    roundId: last.round_id ?? undefined,
    roundClosed: last.round_closed ?? undefined,
  };
}

function toPosted(row: VerdictRow, { id }: Instruction): PostedInstruction {
  // The very same call sent again after a lost connection finds its own posting: to the caller that is the first.
  const own = row.status === 'replayed' && row.transaction_id === id;
  return {
    status: own ? 'posted' : (row.status as PostedInstruction['status']),
    transactionId: row.transaction_id,
    postedAt: row.posted_at,
    balanceAfter: row.balance_after,
  };
}
