import { gameSessionsEvents } from '@baize/contracts';
import { addToOutbox, type Database, type Db, type NewEvent } from '@baize/persistence';
import { playedSoFar, type FreeRounds, type FreeRoundsEvent, type Step } from './domain/free-rounds';
import { findByReference, lockFreeRounds, saveFreeRounds } from './store/free-rounds';
import {
  findPaid,
  insertUses,
  rollBackUses,
  sumUses,
  type FreeRoundUse,
  type Spoken,
} from './store/free-round-uses';

/**
 * Keeps what providers tell of free rounds, each movement once, and moves the rounds on. Told again it changes nothing,
 * so that a call that was cut off between the wallet and here is mended by the provider's retry.
 */
export class FreeRoundLog {
  constructor(private readonly database: Database) {}

  async record(of: Spoken, uses: readonly FreeRoundUse[]): Promise<void> {
    await this.database.transactions.run(async (db) => {
      await insertUses(db, of, uses);
      await moveOn(db, of);
    });
  }

  /**
   * What is left to be paid of a total, in minor units: the results of the rounds may have paid it, or a part. Asked
   * again it is what was paid then, and with another total something else.
   */
  async unpaidOf(of: Spoken, { id, total }: { id: string; total: number }): Promise<number> {
    const { others, own } = await findPaid(this.database, of, id);
    return own ? own.won + total - own.total : Math.max(0, total - others);
  }
}

/** Takes back what was played by postings that were rolled back, in a running transaction. */
export async function takeBackUses(db: Db, transactionIds: readonly string[]): Promise<void> {
  for (const of of await rollBackUses(db, transactionIds)) await moveOn(db, of);
}

/** Makes the rounds of this name agree with what was told of them; those that were granted elsewhere are not ours. */
export async function moveOn(db: Db, of: Spoken): Promise<void> {
  const id = await findByReference(db, of);
  const rounds = id === undefined ? undefined : await lockFreeRounds(db, id);
  // read behind the lock: what another call told in the meantime counts too
  if (rounds) await saveStep(db, playedSoFar(rounds, await sumUses(db, of), Date.now()));
}

/** Writes a decision with its events. */
export async function saveStep(db: Db, { next, events }: Step): Promise<void> {
  await saveFreeRounds(db, next);
  await addToOutbox(
    db,
    events.map((event) => eventOf(event, next)),
  );
}

function eventOf(event: FreeRoundsEvent, rounds: FreeRounds): NewEvent {
  const { id, playerId, brand, provider, gameId, currency, stake, consumed } = rounds;
  const fact = {
    freeRoundsId: id,
    playerId,
    brand,
    provider,
    gameId,
    currency,
    rounds: rounds.rounds,
    stake,
    consumed,
    won: Number(rounds.won),
    at: new Date().toISOString(),
  };
  const about = { subject: id, partitionKey: playerId };
  switch (event) {
    case 'granted': {
      const expiresAt = new Date(rounds.expiresAtMs).toISOString();
      return { contract: gameSessionsEvents.freeRoundsGranted, ...about, data: { ...fact, expiresAt } };
    }
    case 'consumed':
      return { contract: gameSessionsEvents.freeRoundsConsumed, ...about, data: fact };
    case 'completed': {
      const outcome = rounds.status === 'expired' ? 'expired' : 'completed';
      return { contract: gameSessionsEvents.freeRoundsCompleted, ...about, data: { ...fact, outcome } };
    }
    case 'cancelled':
      return { contract: gameSessionsEvents.freeRoundsCancelled, ...about, data: fact };
  }
}
