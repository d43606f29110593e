import { appendAudit } from '@baize/audit';
import { addToOutbox, type Database } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import { newsOf } from '../../domain/round';
import { roundEvent } from '../../domain/round-events';
import { endOfInterrupted, timeIsUp, type RoundPolicy } from '../../domain/round-policy';
import type { RoundResolver } from '../../round-resolver';
import {
  insertResolution,
  takePendingResolutions,
  type RoundResolution,
} from '../../store/round-resolutions';
import { lockDueRounds, saveRounds } from '../../store/rounds';

const roundsAtOnce = 100;
const policyActor = 'system:round-policy';
/** So long a decision is left to whoever took it before it is tried again here. */
const idleMs = 10_000;
const resolutionsAtOnce = 20;
const resolutionMs = 3_000;
const reasons = {
  void: 'interrupted, and neither its provider nor anybody here ended it',
  settle: 'interrupted after its result, and neither its provider nor anybody here ended it',
};

/** Ends rounds whose time is up, or has people look at them; ends those that nobody resolved; finishes what was decided. */
export class EndStuckRoundsUseCase {
  constructor(
    private readonly database: Database,
    private readonly resolver: RoundResolver,
    private readonly policyOf: (provider: string) => RoundPolicy,
  ) {}

  async execute(): Promise<void> {
    while ((await this.endDue()) === roundsAtOnce);
    for (;;) {
      const decided = await this.decideDue();
      for (const resolution of decided) await this.carryOut(resolution);
      if (decided.length < roundsAtOnce) break;
    }
    const pending = await this.database.transactions.run((db) =>
      takePendingResolutions(db, idleMs, resolutionsAtOnce),
    );
    for (const resolution of pending) await this.carryOut(resolution);
  }

  private carryOut(resolution: RoundResolution): Promise<void> {
    return this.resolver.carryOut(resolution, Date.now() + resolutionMs);
  }

  private endDue(): Promise<number> {
    return this.database.transactions.run(async (db) => {
      const rounds = await lockDueRounds(db, 'open', roundsAtOnce);
      const at = new Date().toISOString();
      const changed = rounds.map((round) => ({
        before: round,
        after: timeIsUp(round, at, this.policyOf(round.provider)),
      }));
      if (changed.length > 0)
        await saveRounds(
          db,
          changed.map(({ after }) => after),
        );
      const news = changed.flatMap(({ before, after }) => {
        const fact = newsOf(before, after, at);
        return fact ? [roundEvent(after, fact)] : [];
      });
      await addToOutbox(db, news);
      return rounds.length;
    });
  }

  /** The policy's decision, written down as a person's is. */
  private decideDue(): Promise<RoundResolution[]> {
    return this.database.transactions.run(async (db) => {
      const rounds = await lockDueRounds(db, 'interrupted', roundsAtOnce);
      const decided: RoundResolution[] = [];
      for (const round of rounds) {
        const action = endOfInterrupted(round);
        const resolution = {
          id: uuidv7(),
          roundId: round.id,
          action,
          reason: reasons[action],
          actor: policyActor,
          status: 'pending' as const,
        };
        if (!(await insertResolution(db, resolution))) continue;
        if (action === 'void') await saveRounds(db, [{ ...round, voiding: true }]);
        await appendAudit(db, {
          subject: round.playerId,
          actor: { kind: 'system', id: policyActor },
          action: `round.${action}`,
          brand: round.brand,
          reason: resolution.reason,
          details: { roundId: round.id, resolutionId: resolution.id },
        });
        decided.push({ ...resolution, at: new Date().toISOString() });
      }
      return decided;
    });
  }
}
