import { randomUUID } from 'node:crypto';
import type { GameAction, PostMovements } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { compileMovements } from '../../src/domain/compile';
import type { PostingUnit } from '../../src/domain/instruction';
import type { PostedUnit, RefusedUnit, Verdict } from '../../src/domain/verdict';
import { postBatch } from '../../src/store/post-batch';
import type { PostingEngine } from '../../src/store/posting-engine';

/** A provider call about one player: what a test does not say is the usual. */
export function call(
  playerId: string,
  actions: GameAction[],
  fields: Partial<Omit<PostMovements, 'rules'>> & { rules?: Partial<PostMovements['rules']> } = {},
): PostingUnit {
  const command: PostMovements = {
    ...{
      brand: 'demo',
      provider: 'acme',
      playerId,
      currency: 'EUR',
      gameId: 'g1',
      providerRoundId: 'r1',
      actions,
    },
    ...{ closeRound: false, idScope: 'player' as const, receivedAt: '2026-01-31T12:00:00.000Z' },
    ...fields,
    rules: {
      unknownOriginal: 'tombstone',
      settledOriginal: 'refuse',
      winWithoutBet: 'refuse',
      ...fields.rules,
    },
  };
  return compileMovements(command, { newId: randomUUID });
}

export const bet = (id: string, amount: number): GameAction => ({ kind: 'bet', id, amount });
export const win = (id: string, amount: number): GameAction => ({ kind: 'win', id, amount });
export const rollback = (id: string, original: string, kind: 'bet' | 'win' | 'any' = 'bet'): GameAction => ({
  kind: 'rollback',
  id,
  reference: { kind, id: original },
});

/** What became of a unit, in short: its statuses, or the code of its refusal. */
export function outcomeOf(verdict: Verdict): string {
  return 'refused' in verdict ? verdict.refused : verdict.posted.map(({ status }) => status).join(' ');
}

/** Posts as a caller does that is not answered in time on a busy machine: again, which the keys of the unit make safe. */
export async function insist(engine: PostingEngine, unit: PostingUnit, tries = 20): Promise<Verdict> {
  return engine.post(unit).catch((fault: unknown) => {
    if (tries === 1 || (fault as { kind?: string }).kind !== 'database') throw fault;
    return insist(engine, unit, tries - 1);
  });
}

/** Posts units one call after the other, each in a batch of its own. */
export async function postEach(db: Database, ...units: PostingUnit[]): Promise<(PostedUnit & RefusedUnit)[]> {
  const verdicts: Verdict[] = [];
  for (const unit of units) verdicts.push(...(await postBatch(db, [unit])));
  return verdicts as (PostedUnit & RefusedUnit)[];
}
