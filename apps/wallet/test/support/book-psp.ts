import { randomUUID } from 'node:crypto';
import type {
  PaymentKind,
  PspAdapter,
  PspDialect,
  PspNotification,
  PspStatus,
  QueryAnswer,
  StartAnswer,
} from '../../src/domain/psp';

export type BookManner = 'accept' | 'refuse' | 'lost' | 'deaf';

interface Book {
  readonly id: string;
  readonly kind: PaymentKind;
  readonly amount: bigint;
  readonly currency: string;
  readonly reference: string;
  status: PspStatus;
}

type Told = Omit<PspNotification, 'amount'> & { amount: string };

/** A PSP of the model's world: books in memory, webhooks that are sent again until they are acknowledged. */
export class BookPsp implements PspAdapter {
  readonly books = new Map<string, Book>();
  manner: BookManner = 'accept';
  /** Not yet acknowledged. */
  readonly undelivered: Told[] = [];

  readonly dialect: PspDialect;

  constructor(readonly name: string) {
    this.dialect = { name, methods: ['card'], connect: () => this };
  }

  startDeposit(asked: { paymentId: string; amount: bigint; currency: string }): Promise<StartAnswer> {
    return this.start('deposit', asked);
  }

  startWithdrawal(asked: { paymentId: string; amount: bigint; currency: string }): Promise<StartAnswer> {
    return this.start('withdrawal', asked);
  }

  query({ paymentId }: { paymentId: string }): Promise<QueryAnswer> {
    const book = this.books.get(paymentId);
    if (!book) return Promise.resolve({ found: false });
    const { reference, status, amount, currency } = book;
    return Promise.resolve({ found: true, pspReference: reference, status, amount, currency });
  }

  readWebhook({ rawBody }: { rawBody: Buffer }) {
    const { amount, ...told } = JSON.parse(rawBody.toString()) as Told;
    return { status: 'ok' as const, notifications: [{ ...told, amount: BigInt(amount) }] };
  }

  webhookAnswer(outcome: string) {
    return { status: outcome === 'accepted' ? 200 : 500, contentType: 'text/plain', body: outcome };
  }

  /** Its books change, as far as a payment of that status can change, and it will say so. */
  settle(id: string, to: Exclude<PspStatus, 'pending'>): void {
    const book = this.books.get(id);
    if (!book || (to === 'reversed' ? book.status !== 'confirmed' : book.status !== 'pending')) return;
    book.status = to;
    this.undelivered.push(this.telling(book));
  }

  telling({ id, kind, amount, currency, reference, status }: Book): Told {
    return {
      ...{ notificationId: randomUUID(), paymentId: id, pspReference: reference, kind, status, currency },
      ...{ amount: `${amount}`, occurredAt: new Date().toISOString() },
    };
  }

  private start(
    kind: PaymentKind,
    { paymentId: id, amount, currency }: { paymentId: string; amount: bigint; currency: string },
  ): Promise<StartAnswer> {
    if (this.manner === 'deaf') return Promise.reject(new Error('deaf'));
    const known = this.books.get(id);
    if (this.manner === 'refuse' && !known)
      return Promise.resolve({ status: 'refused', code: 'no', detail: 'no' });
    const book = known ?? { id, kind, amount, currency, reference: `r-${id}`, status: 'pending' as const };
    this.books.set(id, book);
    if (this.manner === 'lost') return Promise.reject(new Error('lost'));
    return Promise.resolve({
      status: 'accepted',
      pspReference: book.reference,
      redirectUrl: 'https://pay.example',
    });
  }
}
