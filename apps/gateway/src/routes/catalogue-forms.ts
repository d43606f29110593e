import {
  Country,
  Currency,
  devices,
  Flag,
  Id,
  ListOf,
  OneOf,
  Optional,
  PageRequest,
  Text,
  VisibilityRule,
  volatilities,
  type Device,
  type Volatility,
} from '@baize/contracts';

/** `GET /v1/games` */
export class GamesQuery extends PageRequest {
  @Optional() @Id() provider?: string;
  @Optional() @Text(20) category?: string;
  /** Of the player: leaves out what is blocked or hidden there. */
  @Optional() @Country() country?: string;
  @Optional() @Currency() currency?: string;
  @Optional() @OneOf(devices) device?: Device;
  @Optional() @OneOf(volatilities) volatility?: Volatility;
  @Optional() @Text(20) language?: string;
  @Optional() @Text(20) jurisdiction?: string;
  /** Such as `free-rounds`. */
  @Optional() @Text(40) feature?: string;
  /** Part of the name. */
  @Optional() @Text(100) q?: string;
}

/** `PUT /v1/games/{gameId}/visibility` */
export class VisibilityForm {
  /** Take the place of those that are there; none shows the game everywhere. */
  @ListOf(() => VisibilityRule, 250) rules: VisibilityRule[];
}

/** `POST /v1/games/imports` */
export class ImportForm {
  @OneOf(['csv', 'json']) format: 'csv' | 'json';
  /** The file: CSV with a header line, or a JSON list of games. */
  @Text(60_000) content: string;
  /** Only shows what would change. */
  @Optional() @Flag() dryRun?: boolean;
}

/** `POST /v1/catalogue/runs` */
export class SyncForm {
  @Id() provider: string;
}

/** `GET /v1/catalogue/runs` */
export class RunsQuery extends PageRequest {
  @Optional() @Id() provider?: string;
}

/** `POST /v1/catalogue/runs/{id}/decisions` */
export class RunDecisionForm {
  @OneOf(['apply', 'discard']) decision: 'apply' | 'discard';
}

/** `GET /v1/catalogue/changes` */
export class ChangesQuery extends PageRequest {
  @Optional() @Id() provider?: string;
  @Optional() @Id() gameId?: string;
}
