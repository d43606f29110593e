import { appendAudit } from '@baize/audit';
import { ok, refuse, type Result, type SetBreaker } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { setBreaker, type Breaker } from '../../domain/breaker';
import { healthChanged, type ProviderWatch } from '../../provider-watch';
import { lockBreaker, saveBreaker } from '../../store/provider-health';

/** A person opens or closes a breaker. Asked again it says the same with another time. */
export class SetBreakerUseCase {
  constructor(
    private readonly database: Database,
    private readonly watch: ProviderWatch,
  ) {}

  async execute({ brand, provider, form, actor }: SetBreaker): Promise<Result<Breaker>> {
    const { action, reason } = form;
    const changed = await this.database.transactions.run(async (db) => {
      const locked = await lockBreaker(db, { brand, provider });
      if (!locked) return undefined;
      const { breaker: before, nowMs } = locked;
      const after = setBreaker(before, action, reason, nowMs);
      await saveBreaker(db, { brand, provider }, after);
      await addToOutbox(db, [healthChanged({ brand, provider }, { before, after, manual: true })]);
      await appendAudit(db, {
        subject: provider,
        actor,
        action: `provider-breaker.${action}`,
        brand,
        reason,
      });
      return after;
    });
    if (!changed) return refuse('game-sessions.unknown-provider', 'The brand has no such game provider.');
    await this.watch.look(); // this process heeds it at once, the others within a second
    return ok(changed);
  }
}
