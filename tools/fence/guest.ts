import { randomUUID } from 'node:crypto';
import { walletCommands } from '@baize/contracts';
import { registrationForm, type Form } from '../../apps/identity/test/registration-form';
import type {
  CallAction,
  Dialect,
  Distortion,
  ProviderCall,
  ProviderName,
  Seat,
  Verdict,
} from '../../apps/sandbox/src/dialects/dialect';
import { dialects } from '../../apps/sandbox/src/dialects/registry';
import type { PspName } from '../../apps/sandbox/src/psps/payment';
import { untilDefinite, type Platform, type Way } from './platform';

export const operator: Way = { client: 'operator' };
export const compliance: Way = { client: 'compliance' };

const methods: Readonly<Record<PspName, string>> = { stripe: 'card', adyen: 'card', trustly: 'bank' };
const iban = 'DE89370400440532013000';

export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A bet, and the round that it opened. */
export interface Stake {
  readonly roundId: string;
  readonly bet: CallAction;
}

/** Where a player sits at a provider, with two bets that were placed there. */
export interface Table {
  readonly dialect: Dialect;
  readonly seat: Seat;
  readonly toWin: Stake;
  readonly toTakeBack: Stake;
}

export function newStake(): Stake {
  const id = randomUUID();
  return { roundId: randomUUID(), bet: { kind: 'bet', id, amount: 100n, betId: id } };
}

/** A player with money, as one stands before being restricted. */
export class Guest {
  private constructor(
    readonly platform: Platform,
    readonly id: string,
    readonly form: Form,
  ) {}

  static async arrive(platform: Platform, changes: Partial<Form> = {}): Promise<Guest> {
    const form = registrationForm(changes);
    const { id } = await platform.done(operator, 'POST', '/v1/players', form);
    const guest = new Guest(platform, String(id), form);
    const key = { key: randomUUID(), caller: 'client:fence', bodySha256: 'a'.repeat(64) };
    const paid = await platform.ask(walletCommands.adjustBalance, {
      ...{ playerId: guest.id, brand: 'demo', amount: guest.money(50_000), reason: 'opening balance' },
      ...{ actor: { kind: 'system', id: 'fence' }, idempotency: key },
    });
    if (!paid.ok) throw new Error(paid.error.code);
    return guest;
  }

  get credentials(): { email: string; password: string } {
    return { email: this.form.email, password: this.form.password };
  }

  money(amount: number): { amount: number; currency: string } {
    return { amount, currency: this.form.currency };
  }

  async logIn(): Promise<Tokens> {
    return (await this.platform.done(
      operator,
      'POST',
      '/v1/sessions',
      this.credentials,
    )) as unknown as Tokens;
  }

  game(provider: ProviderName): { id: string; providerGameId: string } {
    const found = this.platform.demo.games.find((game) => game.provider === provider);
    if (!found) throw new Error(`the demo has no game of ${provider}`);
    return found;
  }

  /** Launches a game, and places what is to be won and taken back later. */
  async sit(provider: ProviderName): Promise<Table> {
    const game = this.game(provider);
    const form = { playerId: this.id, mode: 'real' };
    const { token } = await this.platform.done(operator, 'POST', `/v1/games/${game.id}/launches`, form);
    const dialect = dialects[provider](this.platform.demo.providers[provider]?.credentials ?? {});
    const seat: Seat = {
      ...{ playerId: this.id, currency: this.form.currency, providerGameId: game.providerGameId },
      session: String(token),
    };
    if (dialect.exchangesToken) {
      const entered = await this.say(dialect, seat, { type: 'enter', token: String(token) });
      if (entered.kind !== 'accepted') throw new Error(`${provider}: ${entered.text}`);
      seat.session = entered.session ?? String(token);
    }
    const [toWin, toTakeBack] = [newStake(), newStake()];
    for (const { roundId, bet } of [toWin, toTakeBack]) {
      const placed = await this.say(dialect, seat, {
        ...{ type: 'play', roundId, finished: false, actions: [bet] },
      });
      if (placed.kind !== 'accepted') throw new Error(`${provider}: ${placed.text}`);
    }
    return { dialect, seat, toWin, toTakeBack };
  }

  /** One call in a provider's language, signed as the provider does. */
  async say(dialect: Dialect, seat: Seat, call: ProviderCall, distortion?: Distortion): Promise<Verdict> {
    const wire = dialect.encode(seat, call, distortion);
    const base = this.platform.demo.providers[dialect.name]?.baseUrl ?? '';
    const url = `${base}${wire.path}${wire.query === '' ? '' : `?${wire.query}`}`;
    const init = {
      method: wire.method ?? 'POST',
      headers: { ...wire.headers },
      ...(wire.method !== 'GET' && { body: wire.body }),
    };
    const send = async () => {
      const answer = await fetch(url, init);
      return dialect.decode(seat, call, answer.status, await answer.text());
    };
    return untilDefinite(send, ({ kind }) => kind !== 'unknown');
  }

  /** Begins a deposit; `page` is where the payer pays it. */
  async beginDeposit(psp: PspName): Promise<{ id: string; page: string }> {
    const path = `/v1/players/${this.id}/deposits`;
    const { id, redirectUrl } = await this.platform.done(operator, 'POST', path, this.depositForm(psp));
    return { id: String(id), page: new URL(String(redirectUrl)).pathname };
  }

  depositForm(psp: PspName): object {
    const returnUrl = 'https://casino.example/back';
    return { amount: this.money(2_500), method: methods[psp], psp, returnUrl };
  }

  withdrawalForm() {
    return { amount: this.money(1_500), method: 'bank' as const, destination: { iban } };
  }

  launchForm(): { playerId: string; mode: 'real' } {
    return { playerId: this.id, mode: 'real' };
  }

  freeRoundsForm() {
    return {
      gameId: this.game('softswiss').id,
      rounds: 5,
      stake: this.money(20),
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
  }
}
