import { Actor } from './common';
import { Flag, Id, ListOf, Nested, OneOf, Timestamp } from './fields';

export const consentProducts = ['casino', 'betting', 'bingo', 'lottery'] as const;
export const consentChannels = ['email', 'sms', 'phone', 'push', 'post'] as const;
/** Whether one kind of product may be advertised by one channel. */
export class ConsentDto {
  @OneOf(consentProducts) product: (typeof consentProducts)[number];
  @OneOf(consentChannels) channel: (typeof consentChannels)[number];
  @Flag() granted: boolean;
}
export class ConsentChangeDto extends ConsentDto {
  @Nested(() => Actor) actor: Actor;
  @Timestamp() at: string;
}
export class GetConsents {
  @Id() playerId: string;
  @Id() brand: string;
}
/** What holds now, and the newest 200 changes. What was never asked is not granted and not listed. */
export class Consents {
  @ListOf(() => ConsentDto, 100) consents: ConsentDto[];
  @ListOf(() => ConsentChangeDto, 200) history: ConsentChangeDto[];
}
