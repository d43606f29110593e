import {
  refuse,
  screeningQueries,
  type Result,
  type ScreeningReply,
  type ScreenName,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { parseDate } from '../../domain/calendar';
import { Screening } from '../../screening';

const MAX_EXPLANATION = 4_000;

@Controller()
export class ScreenNameController {
  constructor(private readonly screening: Screening) {}

  @Handles(screeningQueries.screenName)
  async handle({ name, dateOfBirth, country }: ScreenName): Promise<Result<ScreeningReply>> {
    if (dateOfBirth !== undefined && !parseDate(dateOfBirth)) {
      const errors = [{ path: '/dateOfBirth', message: 'is no date (YYYY-MM-DD)' }];
      return refuse('request.invalid', 'Some fields are not valid.', { errors });
    }
    const hits = await this.screening.find({ name, dateOfBirth, country });
    const matches = hits.map((hit) => ({
      entryId: `${hit.list}-${hit.sourceId}`,
      list: hit.list,
      name: hit.name,
      score: Math.round(hit.score * 1_000) / 1_000,
      explanation: hit.explain().slice(0, MAX_EXPLANATION),
    }));
    return { ok: true, value: { matches } };
  }
}
