import { exclusionQueries, ok, refuse, type LimitList, type ListLimits, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
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
    return ok({ items: this.limitSets.shown(limits) });
  }
}
