import { ok, type DepositReply, type RequestDeposit, type Result } from '@baize/contracts';
import { claimKey, Database, storeAnswer, type Db } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { isInRange } from '../../domain/payment-amount';
import { statusOf, type Payment } from '../../domain/payment';
import { isOurId } from '../../domain/player-id';
import { refusal } from '../../domain/refusals';
import { Instruments, mask } from '../../payments/instruments';
import { PaymentRules } from '../../payments/payment-settings';
import { PaymentRunner } from '../../payments/payment-runner';
import { FenceUnavailable, reserveDeposit } from '../../store/limits';
import { insertPayment, lockPlayer } from '../../store/payments';
import { findWallet } from '../../store/wallets';

type Answer = Result<DepositReply>;
/** What the first transaction leaves to do. */
type Next = { readonly answer: Answer } | { readonly start: Payment };

/** Undoes the first transaction, its key included: what stood in the way may be gone the next time. */
class NotNow extends Error {
  constructor(readonly answer: Answer) {
    super('not now');
  }
}

/** Starts a deposit. The payment is committed before the PSP hears of it, and ends whatever becomes of this process. */
@Injectable()
export class RequestDepositUseCase {
  constructor(
    private readonly database: Database,
    private readonly runner: PaymentRunner,
    private readonly rules: PaymentRules,
    private readonly instruments: Instruments,
  ) {}

  async execute(command: RequestDeposit): Promise<Answer> {
    const next = await this.database.transactions
      .run((db) => this.accept(db, command))
      .catch((error: unknown): Next => {
        if (error instanceof NotNow) return { answer: error.answer };
        if (error instanceof FenceUnavailable) return { answer: refusal('wallet.fence-unavailable') };
        throw error;
      });
    if ('answer' in next) return next.answer;
    const { id, state, redirectUrl } = await this.runner.start(next.start, true);
    return ok({ id, status: statusOf(state), redirectUrl: redirectUrl ?? undefined });
  }

  /** The first transaction: the key, the limits, the payment; or a refusal, which is final. */
  private async accept(db: Db, command: RequestDeposit): Promise<Next> {
    const { brand, idempotency } = command;
    const id = uuidv7();
    const scope = { ...idempotency, brand, operation: 'request-deposit' };
    const known = await claimKey<DepositReply>(db, scope, id);
    if (known) return { answer: known };
    const decided = await this.decide(db, id, command);
    if ('answer' in decided) await storeAnswer(db, id, decided.answer);
    return decided;
  }

  private async decide(db: Db, id: string, command: RequestDeposit): Promise<Next> {
    const { brand, playerId, method, instrument, returnUrl } = command;
    const { currency } = command.amount;
    const amount = BigInt(command.amount.amount);
    const { minDeposit: min, maxDeposit: max } = this.rules.amounts;
    if (!isInRange(amount, currency, { min, max })) return { answer: refusal('wallet.amount-out-of-range') };
    const player = isOurId(playerId) ? await lockPlayer(db, brand, playerId) : undefined;
    if (!player) return { answer: refusal('wallet.player-not-found') };
    const found = await findWallet(db, brand, playerId, currency);
    if (!found.player || !found.wallet) return { answer: refusal('wallet.currency-mismatch') };
    const { country } = player;
    const wantedPsp = command.psp ?? null;
    const kind = 'deposit' as const;
    const choice = this.runner.choose({
      ...{ brand, kind, method, country, currency, amount, wantedPsp, tried: [] },
    });
    if (!('psp' in choice)) {
      if (choice.none === 'unavailable') throw new NotNow(refusal('wallet.psp-unavailable'));
      return { answer: refusal('wallet.payment-method-unsupported') };
    }
    const refused = await reserveDeposit(db, { id, playerId, currency, amount });
    if (refused) return { answer: refusal(refused) };
    const kept =
      instrument === undefined
        ? undefined
        : this.instruments.keep(brand, { reference: instrument, masked: mask(instrument) });
    const payment = await insertPayment(
      db,
      {
        ...{ id, brand, playerId, kind, state: 'created', amount, currency, method, country, wantedPsp },
        ...{ psp: choice.psp, returnUrl: returnUrl ?? null },
        ...kept,
      },
      [{ state: 'created', reason: `at ${choice.psp}`, actor: `${command.actor.kind}:${command.actor.id}` }],
      this.rules.timing,
    );
    return { start: payment };
  }
}
