import { appendAudit } from '@baize/audit';
import { ok, refuse, type CallbackReplayed, type ReplayQuarantined, type Result } from '@baize/contracts';
import { findAnswer, oncePerKey, type Database } from '@baize/persistence';
import type { Dialect, Outcome, ProviderCommand } from '../../domain/dialect';
import { withoutSessions } from '../../domain/kept-call';
import { labelOf } from '../../domain/outcome-label';
import { isUuid } from '../../paging';
import type { BrandProvider, Providers } from '../../providers';
import { findQuarantined, noteReplay, type FoundQuarantined } from '../../store/quarantine';

/** Does what a decoded call asks for, as on the path of a callback. Throws when the wallet is silent. */
type Serve = (
  dialect: Dialect,
  command: ProviderCommand,
  origin: { brand: string; receivedAt: string; bodySha256: string; deadlineMs: number },
) => Promise<Outcome>;

interface Replayed {
  readonly outcome: Outcome;
  readonly command?: ProviderCommand;
}

/**
 * Serves a quarantined callback again from its bytes: authenticity, decoder, wallet, as when it came. The wallet knows
 * each movement by the provider's id, so that however often this is done nothing is posted twice.
 */
export class ReplayQuarantinedUseCase {
  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
    private readonly serve: Serve,
  ) {}

  async execute(request: ReplayQuarantined, deadlineMs: number): Promise<Result<CallbackReplayed>> {
    const { id, brand, form, actor } = request;
    const scope = { ...request.idempotency, brand, operation: 'replay-quarantined' };
    const answered = await findAnswer<CallbackReplayed>(this.database, scope);
    if (answered) return answered;
    const found = isUuid(id) ? await findQuarantined(this.database, id, brand) : undefined;
    const known = found && this.providers.find(brand, found.shown.provider);
    if (!found || !known)
      return refuse('game-sessions.callback-not-found', 'There is no such quarantined callback.');
    if (found.shown.status !== 'open')
      return refuse('game-sessions.callback-decided', 'It was replayed or discarded before.');
    const replayed = await this.replay(request, found, known, deadlineMs);
    if (!replayed.ok) return replayed;
    const { outcome, command } = replayed.value;
    const label = labelOf(outcome);
    const said = known.dialect.answer(outcome, command);
    // a hand-shake answers a session, which is for the provider alone
    const answer = { ...said, body: withoutSessions(said.body), outcome: label };
    const served = label === 'ok' || label === 'replayed';
    // Served before it is written down: a crash in between leaves it open, and the next replay moves nothing.
    return this.database.transactions.run((db) =>
      oncePerKey(db, scope, async () => {
        const told = outcome.kind === 'refused' ? `refused ${outcome.code}` : label;
        const note = { outcome: told, served, by: actor.id, reason: form.reason };
        // undefined when somebody else ended it meanwhile: then as they left it
        const noted = await noteReplay(db, id, note);
        const now = noted ?? (await findQuarantined(db, id, brand))?.shown ?? found.shown;
        const { provider, bodySha256 } = found.shown;
        await appendAudit(db, {
          subject: id,
          actor,
          action: 'quarantined-callback.replayed',
          brand,
          reason: form.reason,
          details: { provider, bodySha256, outcome: told, trusted: form.trusted ?? false },
        });
        return ok({ id, status: now.status, answer });
      }),
    );
  }

  private async replay(
    { brand, form }: ReplayQuarantined,
    { shown, call, authentic }: FoundQuarantined,
    known: BrandProvider,
    deadlineMs: number,
  ): Promise<Result<Replayed>> {
    const { dialect } = known;
    // by the clock of the call: signatures that age were fresh then
    const verified = known.verify(call, Date.parse(shown.receivedAt)) || (authentic && cannotVerify(dialect));
    if (!verified && form.trusted !== true) return refuse('game-sessions.replay-not-authentic', notAuthentic);
    const decoded = dialect.decode(call);
    if (!decoded.ok) return ok({ outcome: { kind: 'malformed', ...decoded.error } });
    const command = decoded.value;
    if (command.actions.some(({ kind }) => kind === 'bet') && form.includeBets !== true)
      return refuse('game-sessions.replay-has-bet', hasBet);
    const origin = { brand, receivedAt: shown.receivedAt, bodySha256: shown.bodySha256, deadlineMs };
    return ok({ outcome: await this.serve(dialect, command, origin), command });
  }
}

/** Its secret came in the query, which is not kept: that it was good then has to do. */
function cannotVerify({ kept }: Dialect): boolean {
  return (kept.secretParameters ?? []).length > 0;
}

const notAuthentic =
  'Its signature or secret is not good. Set `trusted`, and give as the reason how you know who sent it.';
const hasBet =
  'It has a bet, which its provider gave up when it was refused. Set `includeBets` if the provider says otherwise.';
