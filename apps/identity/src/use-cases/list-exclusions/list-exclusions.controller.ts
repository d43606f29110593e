import {
  exclusionQueries,
  ok,
  refuse,
  type ExclusionPage,
  type ListExclusions,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { toListedExclusion } from '../../exclusion-dto';
import { findStanding } from '../../store/players';
import { listRestrictions } from '../../store/restrictions';

const limit = 200;

@Controller()
export class ListExclusionsController {
  constructor(private readonly database: Database) {}

  @Handles(exclusionQueries.listExclusions)
  async handle({ playerId, brand }: ListExclusions): Promise<Result<ExclusionPage>> {
    const standing = await findStanding(this.database, playerId, brand);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const restrictions = await listRestrictions(this.database, standing.personId, limit);
    return ok({ items: restrictions.map(toListedExclusion) });
  }
}
