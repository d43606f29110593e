import { Controller } from '@nestjs/common';
import {
  ok,
  providerQueries,
  refuse,
  type GetQuarantined,
  type ListQuarantined,
  type QuarantinedCallbackView,
  type QuarantinedPage,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { shownBody, withoutSessions } from '../../domain/kept-call';
import { decodeCursor, defaultPageSize, isTime, isUuid, toPage } from '../../paging';
import { keptCallOf, Providers } from '../../providers';
import { Sessions } from '../../sessions';
import { findQuarantined, listQuarantined, type FoundQuarantined } from '../../store/quarantine';

@Controller()
export class ListQuarantinedController {
  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
    private readonly sessions: Sessions,
  ) {}

  @Handles(providerQueries.listQuarantined)
  async list({
    limit = defaultPageSize,
    cursor,
    ...filter
  }: ListQuarantined): Promise<Result<QuarantinedPage>> {
    const after = decodeCursor(cursor, isTime);
    if (!after.ok) return after;
    const position = after.value && { after: after.value };
    const found = await listQuarantined(this.database, { ...filter, limit: limit + 1, ...position });
    return ok(
      toPage(
        found,
        limit,
        ({ receivedAt, id }) => ({ at: receivedAt, id }),
        (one) => one,
      ),
    );
  }

  @Handles(providerQueries.getQuarantined)
  async get({ id, brand }: GetQuarantined): Promise<Result<QuarantinedCallbackView>> {
    const found = isUuid(id) ? await findQuarantined(this.database, id, brand) : undefined;
    if (!found) return refuse('game-sessions.callback-not-found', 'There is no such quarantined callback.');
    const { shown, call } = found;
    const playerId = await this.playerOf(brand, found);
    const bodyBase64 = shownBody(keptCallOf(shown.provider), call.body).toString('base64');
    const query = withoutSessions(call.query);
    return ok({ ...shown, ...(playerId !== undefined && { playerId }), query, bodyBase64 });
  }

  /** Sessions are not shown, and some providers name nothing else. */
  private async playerOf(brand: string, { shown, call }: FoundQuarantined): Promise<string | undefined> {
    const decoded = this.providers.find(brand, shown.provider)?.dialect.decode(call);
    if (!decoded?.ok) return undefined;
    const { playerId, session } = decoded.value;
    if (playerId !== undefined || session === undefined) return playerId;
    return (await this.sessions.find(brand, shown.provider, session))?.playerId;
  }
}
