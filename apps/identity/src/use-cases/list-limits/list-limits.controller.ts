import { exclusionQueries, ok, refuse, type LimitList, type ListLimits, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { toLimitChange } from '../../domain/limit-dto';
import { currentLimit, withStakeCap } from '../../domain/limits';
import { LimitSets } from '../../limit-sets';
import { findStanding } from '../../store/players';

@Controller()
export class ListLimitsController {
  constructor(
    private readonly database: Database,
    private readonly limitSets: LimitSets,
  ) {}

  @Handles(exclusionQueries.listLimits)
  async handle({ playerId, brand }: ListLimits): Promise<Result<LimitList>> {
    const standing = await findStanding(this.database, playerId, brand);
    const limits = standing && (await this.limitSets.read(this.database, playerId));
    if (!limits) return refuse('identity.player-not-found', 'There is no such player.');
    const { own, market, subject } = limits;
    const usual = market.defaults.filter(
      ({ kind, period }) => !own.some((limit) => limit.kind === kind && limit.period === period),
    );
    const all = [...own, ...usual.map(({ kind, period }) => currentLimit(own, market, kind, period))];
    return ok({ items: withStakeCap(all, market).map((limit) => toLimitChange(limit, subject.currency)) });
  }
}
