import {
  ok,
  paymentQueries,
  refuse,
  type GetPayment,
  type ListPayments,
  type ListReviews,
  type PaymentDto,
  type PaymentPage,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { describePayment, listPayments, listReviews, type QueuePlace } from '../../store/payment-lists';
import { findPayment } from '../../store/payments';
import { findWallet } from '../../store/wallets';

const defaultLimit = 50;
const queueCursor = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) ([0-9a-f-]{36})$/;

@Controller()
export class ReadPaymentsController {
  constructor(private readonly database: Database) {}

  @Handles(paymentQueries.getPayment)
  async get({ paymentId, brand, ownerId }: GetPayment): Promise<Result<PaymentDto>> {
    const payment = isOurId(paymentId) ? await findPayment(this.database, brand, paymentId) : undefined;
    if (!payment || (ownerId !== undefined && payment.playerId !== ownerId))
      return refusal('wallet.payment-not-found');
    return ok(await describePayment(this.database, payment));
  }

  @Handles(paymentQueries.listPayments)
  async list({ brand, playerId, limit = defaultLimit, cursor }: ListPayments): Promise<Result<PaymentPage>> {
    const below = cursor === undefined ? undefined : read(cursor);
    if (below !== undefined && !isOurId(below)) return badCursor();
    const found = isOurId(playerId) ? await findWallet(this.database, brand, playerId) : { player: false };
    if (!found.player) return refusal('wallet.player-not-found');
    const items = await listPayments(this.database, { brand, playerId }, { below, limit: limit + 1 });
    const more = items.length > limit;
    if (more) items.pop();
    return ok({ items, nextCursor: more ? write(items[items.length - 1]!.id) : undefined });
  }

  @Handles(paymentQueries.listReviews)
  async reviews({ brand, limit = defaultLimit, cursor }: ListReviews): Promise<Result<PaymentPage>> {
    const place = cursor === undefined ? undefined : placeOf(read(cursor));
    if (place === 'invalid') return badCursor();
    const rows = await listReviews(this.database, brand, { after: place, limit: limit + 1 });
    const more = rows.length > limit;
    if (more) rows.pop();
    const last = rows[rows.length - 1];
    return ok({
      items: rows.map(({ item }) => item),
      nextCursor: more && last ? write(`${last.place.since} ${last.place.id}`) : undefined,
    });
  }
}

function placeOf(text: string): QueuePlace | 'invalid' {
  const [, since, id] = queueCursor.exec(text) ?? [];
  return since !== undefined && id !== undefined && isOurId(id) ? { since, id } : 'invalid';
}

function read(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

function write(place: string): string {
  return Buffer.from(place).toString('base64url');
}

function badCursor(): Result<never> {
  return refuse('request.invalid', 'The cursor is not one of ours.');
}
