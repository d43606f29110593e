import { ok, refuse, type ResolveRound, type Result, type RoundResolved } from '@baize/contracts';
import { appendAudit } from '@baize/audit';
import { oncePerKey, addToOutbox, type Database, type Db } from '@baize/persistence';
import { exponentOf } from '@baize/money';
import { uuidv7 } from 'uuidv7';
import { newsOf } from '../../domain/round';
import { roundEvent } from '../../domain/round-events';
import { mayResolve, resumeRound, type RoundPolicy } from '../../domain/round-policy';
import { isUuid } from '../../paging';
import { insertResolution, type RoundResolution } from '../../store/round-resolutions';
import { lockRounds, saveRounds } from '../../store/rounds';
import type { RoundResolver } from '../../round-resolver';

/** Whoever decided hears that it was accepted, however long it takes to carry it out. */
const answerReserveMs = 500;

/** Decides what becomes of a round that its provider does not end, and sees it through as far as time allows. */
export class ResolveRoundUseCase {
  constructor(
    private readonly database: Database,
    private readonly resolver: RoundResolver,
    private readonly policyOf: (provider: string) => RoundPolicy,
    private readonly settledWinMaxUnits: number,
  ) {}

  async execute(request: ResolveRound, deadlineMs: number): Promise<Result<RoundResolved>> {
    const scope = { ...request.idempotency, brand: request.brand, operation: 'resolve-round' };
    let decided: RoundResolution | undefined;
    const answer = await this.database.transactions.run((db) => {
      decided = undefined;
      return oncePerKey(db, scope, async () => {
        const decision = await this.decide(db, request);
        if (!decision.ok) return decision;
        decided = decision.value;
        const { id, roundId, action } = decided;
        return ok({ id, roundId, action });
      });
    });
    // committed: whatever happens now, the sweep carries it out
    if (decided?.status === 'pending') await this.resolver.carryOut(decided, deadlineMs - answerReserveMs);
    return answer;
  }

  private async decide(
    db: Db,
    { roundId, brand, form, actor }: ResolveRound,
  ): Promise<Result<RoundResolution>> {
    const { action, reason, win } = form;
    if (win !== undefined && action !== 'settle')
      return refuse('request.invalid', 'Only settling pays a win.', {
        errors: [{ path: '/win', message: 'belongs to settle' }],
      });
    const [round] = isUuid(roundId) ? await lockRounds(db, [roundId]) : [];
    if (!round || round.brand !== brand)
      return refuse('game-sessions.round-not-found', 'There is no such round.');
    const fits = mayResolve(round, action);
    if (!fits.ok) return fits;
    if (win !== undefined && this.isTooMuch(win, round.currency))
      return refuse(
        'request.invalid',
        'A win as large is paid by an adjustment, which a second person approves.',
        {
          errors: [{ path: '/win', message: 'is more than a round is settled with' }],
        },
      );
    const status = action === 'resume' ? ('done' as const) : ('pending' as const);
    const more = win === undefined ? {} : { win };
    const resolution = { id: uuidv7(), roundId, action, reason, ...more, actor: actor.id, status };
    if (!(await insertResolution(db, resolution)))
      return refuse('game-sessions.resolution-pending', 'An earlier decision is being carried out.');
    const now = Date.now();
    const dueAt = new Date(now + this.policyOf(round.provider).openForMs).toISOString();
    const after = action === 'resume' ? resumeRound(round, dueAt) : { ...round, voiding: action === 'void' };
    await saveRounds(db, [after]);
    const at = new Date(now).toISOString();
    const news = newsOf(round, after, at);
    if (news) await addToOutbox(db, [roundEvent(after, news)]);
    await appendAudit(db, {
      subject: round.playerId,
      actor,
      action: `round.${action}`,
      brand,
      reason,
      details: { roundId, resolutionId: resolution.id, win: win ?? null },
    });
    return ok({ ...resolution, at });
  }

  private isTooMuch(win: number, currency: string): boolean {
    const unit = 10n ** BigInt(exponentOf(currency) ?? 2);
    return BigInt(win) > BigInt(this.settledWinMaxUnits) * unit;
  }
}
