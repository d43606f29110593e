import type { Database } from '@baize/persistence';
import type { LedgerState } from '../../src/domain/reference/state';

/** The whole state of some players as text lines, the same from the database and from the model. */
export async function databaseSnapshot(db: Database, players: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ line: string }>(
    `SELECT concat_ws(' ', 'wallet', player_id, currency, real, bonus, locked, sequence, grant_id) AS line
       FROM wallet WHERE player_id = ANY ($1)
     UNION ALL
     SELECT concat_ws(' ', 'round', id, currency, stake_real, stake_bonus, won_real, won_bonus, bets, rolled_back, wins, closed, grant_id)
       FROM round WHERE player_id = ANY ($1)
     UNION ALL
     SELECT concat_ws(' ', 'grant', id, status, progress) FROM bonus_grant WHERE player_id = ANY ($1)
     UNION ALL
     SELECT concat_ws(' ', 'limit', player_id, kind, used) FROM limit_usage WHERE player_id = ANY ($1)
     UNION ALL
     SELECT concat_ws(' ', 'key', k.brand, k.provider, id_scope, kind, id, outcome, transaction_id, encode(request_hash, 'hex'))
       FROM movement_key k WHERE k.brand = ANY (SELECT DISTINCT brand FROM anchor WHERE player_id = ANY ($1))
     UNION ALL
     SELECT concat_ws(' ', 'movement', id, player_id, currency, sequence, kind, real, bonus, locked, forfeited, wagered,
         balance_after, round_id, coalesce(round_closed, false), 'ref', reference_id, 'grant', grant_id,
         coalesce(reversed, 0), coalesce(settled, 0), reversed_by)
       FROM journal LEFT JOIN movement_state ON transaction_id = id WHERE player_id = ANY ($1) AND provider <> 'opening'
     UNION ALL
     SELECT concat_ws(' ', 'event', partition_key, sequence, type, event_id) FROM outbox WHERE partition_key = ANY ($1::uuid[]::text[])`,
    [players],
  );
  return rows.map(({ line }) => line).sort();
}

export function modelSnapshot(state: LedgerState): string[] {
  const line = (...parts: (string | number | bigint | undefined)[]) =>
    parts.filter((part) => part !== undefined).join(' ');
  const flag = (value: boolean) => (value ? 't' : 'f');
  return [
    ...[...state.wallets.values()].map((w) =>
      line('wallet', w.playerId, w.currency, w.real, w.bonus, w.locked, w.sequence, w.grantId),
    ),
    ...[...state.rounds.values()].map((r) =>
      line(
        ...['round', r.id, r.currency, r.stakeReal, r.stakeBonus, r.wonReal, r.wonBonus],
        ...[r.bets, r.rolledBack, r.wins, flag(r.closed), r.grantId],
      ),
    ),
    ...[...state.grants.values()].map((g) => line('grant', g.id, g.status, g.progress)),
    ...[...state.limits].flatMap(([player, limits]) =>
      limits
        .filter(({ kind }) => kind !== 'stake')
        .map(({ kind, used }) => line('limit', player, kind, used)),
    ),
    ...[...state.keys].map(([key, k]) => line('key', key, k.outcome, k.transactionId, k.hash)),
    ...[...state.movements.values()].map((m) =>
      line(
        ...[
          'movement',
          m.id,
          m.playerId,
          m.currency,
          m.sequence,
          m.kind,
          m.real,
          m.bonus,
          m.locked,
          m.forfeited,
        ],
        ...[m.wagered, m.balanceAfter, m.roundKey && state.rounds.get(m.roundKey)!.id, flag(m.roundClosed)],
        ...['ref', m.referenceId, 'grant', m.grantId, m.reversed, m.settled, m.reversedBy],
      ),
    ),
    ...state.events.map((e) => line('event', e.playerId, e.sequence, `wallet.event.${e.type}.v1`, e.id)),
  ].sort();
}
