import { appendAudit } from '@baize/audit';
import {
  ok,
  providerCommands,
  providerQueries,
  refuse,
  type Done,
  type GetProviderQuality,
  type ProviderQuality,
  type RecordReconciliation,
  type Refusal,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { scoreOf, sumQuality } from '../../domain/quality';
import { Providers } from '../../providers';
import { loadQuality, saveReconciliation } from '../../store/provider-quality';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longestMs = { hour: 31 * dayMs, day: 400 * dayMs };

/** The quality score of providers, and what reconciliation adds to it. */
@Controller()
export class GetProviderQualityController {
  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
  ) {}

  @Handles(providerQueries.getProviderQuality)
  async getQuality(request: GetProviderQuality): Promise<Result<ProviderQuality>> {
    const { brand, provider, bucket = 'hour' } = request;
    if (!this.providers.find(brand, provider)) return unknownProvider;
    const to = request.to === undefined ? Date.now() : Date.parse(request.to);
    const from = request.from === undefined ? to - dayMs : Date.parse(request.from);
    if (!(from < to) || to - from > longestMs[bucket])
      return refuse('request.invalid', 'The time is empty or too long.', {
        errors: [{ path: '/from', message: `lies at most ${longestMs[bucket] / dayMs} days before /to` }],
      });
    const unit = bucket === 'hour' ? hourMs : dayMs;
    const time = { from: iso(Math.floor(from / unit) * unit), to: iso(Math.ceil(to / unit) * unit), bucket };
    const rows = await loadQuality(this.database, { brand, provider }, time);
    const history = rows.map((row) => ({ at: row.at, ...scoreOf(row) }));
    return ok({ provider, from: time.from, to: time.to, total: scoreOf(sumQuality(rows)), history });
  }

  @Handles(providerCommands.recordReconciliation)
  async record({ brand, provider, day, form, actor }: RecordReconciliation): Promise<Result<Done>> {
    if (!this.providers.find(brand, provider)) return unknownProvider;
    const { compared, differences } = form;
    if (new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day)
      return refuse('request.invalid', 'There is no such day.', {
        errors: [{ path: '/day', message: 'is a day of the calendar' }],
      });
    if (differences > compared)
      return refuse('request.invalid', 'There cannot be more differences than were compared.', {
        errors: [{ path: '/differences', message: 'is more than /compared' }],
      });
    await this.database.transactions.run(async (db) => {
      await saveReconciliation(db, { brand, provider }, { day, compared, differences, recordedBy: actor.id });
      const details = { day, compared, differences };
      await appendAudit(db, {
        subject: provider,
        actor,
        action: 'provider-reconciliation.recorded',
        brand,
        details,
      });
    });
    return ok({});
  }
}

const unknownProvider: { ok: false; error: Refusal } = refuse(
  'game-sessions.unknown-provider',
  'The brand has no such game provider.',
);
const iso = (ms: number) => new Date(ms).toISOString();
