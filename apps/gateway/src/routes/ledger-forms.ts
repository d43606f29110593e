import {
  Currency,
  HouseAccountRef,
  MoneyDto,
  Nested,
  OneOf,
  Optional,
  PageRequest,
  Text,
} from '@baize/contracts';

/** `POST /v1/players/{id}/wallets` */
export class WalletForm {
  @Currency() currency: string;
}

/** `GET /v1/players/{id}/statements` */
export class StatementQuery extends PageRequest {
  @Optional() @Currency() currency?: string;
  /** RFC 3339 or a date; 30 days before `to` when left out. */
  @Optional() @Text(40) from?: string;
  /** The first moment after the period; now when left out. */
  @Optional() @Text(40) to?: string;
  /** `csv` is the whole period at once; so is `Accept: text/csv`. */
  @Optional() @OneOf(['json', 'csv']) format?: 'json' | 'csv';
}

/** `POST /v1/house-transfers` */
export class HouseTransferForm {
  @Nested(() => MoneyDto) amount: MoneyDto;
  @Nested(() => HouseAccountRef) from: HouseAccountRef;
  @Nested(() => HouseAccountRef) to: HouseAccountRef;
  @Text(500) reason: string;
}
