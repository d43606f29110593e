import type { MovementKind, TransactionDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { JournalKind } from '../domain/instruction';

export interface JournalRow {
  id: string;
  sequence: bigint;
  kind: JournalKind;
  currency: string;
  amount: bigint;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  balance_after: bigint;
  provider: string;
  provider_tx_id: string;
  round_id: string | null;
  reference_id: string | null;
  created_at: Date;
}

export const journalColumns = `id, sequence, kind, currency, amount, real, bonus, locked, balance_after, provider,
  provider_tx_id, round_id, reference_id, created_at`;

/** Lines of one wallet below a sequence, newest first. */
export async function listJournal(
  db: Db,
  wallet: { readonly playerId: string; readonly currency: string },
  page: { readonly below?: bigint; readonly limit: number },
): Promise<TransactionDto[]> {
  const rows = await db.query<JournalRow>({
    name: 'list-journal',
    text: `SELECT ${journalColumns} FROM journal
           WHERE player_id = $1 AND currency = $2 AND sequence < $3 ORDER BY sequence DESC LIMIT $4`,
    values: [wallet.playerId, wallet.currency, page.below ?? '9223372036854775807', page.limit],
  });
  return rows.map(toTransaction);
}

/** A line as the public API has it. */
export function toTransaction(row: JournalRow): TransactionDto {
  const isOutside = row.kind !== 'adjustment';
  return {
    id: row.id,
    sequence: Number(row.sequence),
    kind: publicKind(row.kind),
    amount: Number(row.amount),
    currency: row.currency,
    funds: { real: Number(row.real), bonus: Number(row.bonus), locked: Number(row.locked) },
    balanceAfter: Number(row.balance_after),
    provider: isOutside ? row.provider : undefined,
    providerTxId: isOutside ? row.provider_tx_id : undefined,
    roundId: row.round_id ?? undefined,
    referenceId: row.reference_id ?? undefined,
    createdAt: row.created_at.toISOString(),
  };
}

function publicKind(kind: JournalKind): MovementKind {
  switch (kind) {
    case 'withdrawal-reserve':
    case 'withdrawal-pay':
    case 'withdrawal-release':
    case 'withdrawal-return':
      return 'withdrawal';
    case 'deposit-reversal':
      return 'deposit';
    case 'bet-group':
    case 'close-round':
      throw new Error(`${kind} is never in the journal`);
    default:
      return kind;
  }
}
