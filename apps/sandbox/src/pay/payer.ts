import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../domain/random';
import type { PaymentsClient } from '../platform/payments-client';
import type { SandboxClient } from './sandbox-client';
import type { PlannedPayment } from './plan-payments';

/** A player of the run. */
export interface Payer {
  readonly playerId: string;
  readonly currency: string;
  /** Ids of the deposits, by PSP: what was paid with is what can be paid out to. */
  readonly deposits: { readonly id: string; readonly psp: string; readonly method: string }[];
}
/** What came of asking; `undefined` while nobody has answered, which only patience ends. */
export interface StartedPayment {
  readonly plan: PlannedPayment;
  readonly playerId: string;
  readonly id?: string;
  /** The platform's definite refusal. */
  readonly refused?: string;
}

const ibans = [
  'DE89370400440532013000',
  'NL91ABNA0417164300',
  'ES9121000418450200051332',
  'MT84MALT011000012345MTLCAST001S',
] as const;
const returnUrl = 'https://casino.example/cashier';

/** Does what one planned payment says: asks for it, presses a button, takes it back, lets it through a review. */
export class PaymentMaker {
  constructor(
    private readonly platform: PaymentsClient,
    private readonly sandbox: SandboxClient,
  ) {}

  async make(plan: PlannedPayment, payer: Payer, random: Random): Promise<StartedPayment> {
    const { playerId } = payer;
    const answer =
      plan.kind === 'deposit' ? await this.deposit(plan, payer) : await this.withdraw(plan, payer, random);
    return { plan, playerId, ...answer };
  }

  private async deposit(plan: PlannedPayment, payer: Payer): Promise<{ id: string } | { refused: string }> {
    const { psp, method, amount, action } = plan;
    const money = { amount: Number(amount), currency: payer.currency };
    const started = await this.platform.deposit(payer.playerId, { amount: money, method, psp, returnUrl });
    if ('refused' in started) return started;
    payer.deposits.push({ id: started.id, psp, method });
    if (started.redirectUrl !== undefined) await this.sandbox.press(started.redirectUrl, action);
    return { id: started.id };
  }

  private async withdraw(
    plan: PlannedPayment,
    payer: Payer,
    random: Random,
  ): Promise<{ id: string } | { refused: string }> {
    const { method, amount, cancels } = plan;
    const destination = await this.destination(plan, payer, random);
    const money = { amount: Number(amount), currency: payer.currency };
    const started = await this.platform.withdraw(payer.playerId, { amount: money, method, destination });
    if ('refused' in started) return started;
    if (cancels) {
      await sleep(random.int(0, 1_500));
      await this.platform.cancel(started.id);
    }
    return { id: started.id };
  }

  /** What an earlier deposit was paid with; a card of somebody's where there was none, which people must look at. */
  private async destination(
    { psp, method }: PlannedPayment,
    { deposits }: Payer,
    random: Random,
  ): Promise<{ iban: string } | { reference: string }> {
    if (psp === 'trustly') return { iban: random.pick(ibans) };
    const earlier = deposits.find((one) => one.psp === psp && one.method === method);
    const known = earlier && (await this.sandbox.instrumentOf(earlier.id));
    const letters = random.int(0, 999_999).toString().padStart(16, 'A');
    return { reference: known ?? (psp === 'stripe' ? `pm_${letters}` : letters) };
  }
}
