import { setTimeout as sleep } from 'node:timers/promises';
import type { ProviderName, Seat } from '../dialects/dialect';
import { Account, type Difference } from '../domain/account';
import { compare } from '../domain/compare';
import { noFaults, type FaultRates } from '../domain/faults';
import { planRound, type RoundPlan } from '../domain/plan-round';
import type { Random } from '../domain/random';
import { personOf } from '../platform/new-person';
import type { GameListing, OperatorClient } from '../platform/operator-client';
import type { Breakers } from './breakers';
import { Delivery, type Patience } from './delivery';
import { FaultPlan } from './fault-plan';
import { FreeRoundsPlayer } from './free-rounds';
import { isSayable, sayMalformed } from './malformed';
import type { ProviderLine } from './provider-line';
import { RoundPlayer, type Place } from './round-player';
import { TakeBack } from './take-back';
import type { Tally } from './tally';
import { VoidRounds } from './void-rounds';

/** What all players of a run share. */
export interface Casino {
  readonly operator: OperatorClient;
  /** May exclude players. */
  readonly compliance: OperatorClient;
  readonly tables: readonly [Table, ...Table[]];
  readonly breakers: Breakers;
  readonly tally: Tally;
  readonly rates: FaultRates;
  readonly currency: string;
  readonly patience: Patience;
  /** Begins the ids of all players' rounds of this number, where they share them. */
  readonly sharedPrefix: (round: number) => string | undefined;
  /** The providers' own APIs are there to grant free rounds. */
  readonly grantsFreeRounds: boolean;
}
/** A provider that can be played, and a game of it. */
export interface Table {
  readonly line: ProviderLine;
  readonly game: GameListing;
}

const openingBalance = 90_000n;
const topUpBelow = 20_000n;
const topUp = 90_000n;

/** One simulated player: registers, plays its rounds one after the other and has its account compared. */
export class Player {
  readonly account = new Account();
  private readonly faults: FaultPlan;
  private readonly freeRounds: FreeRoundsPlayer;
  private readonly places = new Map<ProviderName, Place>();
  private adjustments = 0;
  private isOut = false;

  private constructor(
    private readonly casino: Casino,
    readonly id: string,
    private readonly random: Random,
    private readonly roundPrefix: string,
  ) {
    this.faults = new FaultPlan(casino.tally);
    this.freeRounds = new FreeRoundsPlayer(casino.operator, this.account, casino.patience);
  }

  static async register(casino: Casino, index: number, random: Random, runTag: string): Promise<Player> {
    const id = await casino.operator.registerPlayer(personOf(runTag, index, casino.currency));
    const player = new Player(casino, id, random, `${runTag.toLowerCase()}-${index}`);
    await player.deposit(openingBalance);
    for (const table of casino.tables) await player.sit(table);
    return player;
  }

  async playRound(index: number): Promise<void> {
    if (this.isOut) return;
    await this.keepFunded();
    const random = this.random.fork(String(index));
    const place = this.places.get(random.pick(this.casino.tables).line.dialect.name);
    if (place === undefined) throw new Error('the player sits nowhere');
    const plan = this.planFor(place, index, random);
    this.faults.startRound(plan.wireFaults);
    if (plan.topUp) await this.deposit(topUp);
    await (plan.twist === 'concurrent' ? this.playTwo(place, plan, index, random) : this.play(place, plan));
    if (plan.twist !== 'none') this.casino.tally.fault(plan.twist);
    await this.extras(place, plan);
  }

  private planFor({ line: { dialect } }: Place, index: number, random: Random): RoundPlan {
    const shared = dialect.idsUniqueAmongAll ? undefined : this.casino.sharedPrefix(index);
    if (shared !== undefined) this.casino.tally.fault('shared-ids');
    const plan = planRound(random, this.casino.rates, `${shared ?? this.roundPrefix}-${index}`);
    return plan.twist === 'spent-win' && !dialect.rollsBackWins ? { ...plan, twist: 'none' } : plan;
  }

  private play(place: Place, plan: RoundPlan): Promise<void> {
    return new RoundPlayer(place, this.account).play(plan);
  }

  /** Two rounds at once, at two providers where there are several: one wallet serves both. */
  private async playTwo(place: Place, plan: RoundPlan, index: number, random: Random): Promise<void> {
    const others = [...this.places.values()].filter((other) => other !== place);
    const [first, ...more] = others;
    const beside = first ? random.pick([first, ...more]) : place;
    const besides = planRound(random.fork('beside'), noFaults, `${this.roundPrefix}-${index}-c`);
    await this.account.blindly(() => Promise.all([this.play(place, plan), this.play(beside, besides)]));
  }

  /** Says what is left to say, then compares. */
  async finish(): Promise<Difference[]> {
    for (const place of this.places.values()) {
      for (const call of this.faults.drain(place.line.dialect.name)) await place.delivery.sayAgain(call);
    }
    const lines = await this.casino.operator.lines(this.id);
    const differences = compare(this.account, lines, await this.casino.operator.balance(this.id));
    return differences.concat(await this.freeRounds.compare());
  }

  private async extras(place: Place, plan: RoundPlan): Promise<void> {
    if (this.isOut) return;
    if (plan.promo) {
      const { id, amount } = plan.promo;
      await place.delivery.settle({ type: 'promo', id, amount });
    }
    if (plan.freeRounds && this.casino.grantsFreeRounds) {
      this.casino.tally.fault('free rounds');
      this.faults.startRound(plan.wireFaults);
      // whoever owes stakes nothing, not even what costs nothing
      await this.keepFunded();
      await this.freeRounds.play(place, plan.freeRounds);
    }
    if (plan.asksBalance) {
      const verdict = await place.delivery.untilDefinite({ type: 'balance' });
      if (verdict.kind !== 'accepted' || verdict.balance === undefined)
        this.account.notice('no-balance', `a balance query was ${verdict.kind}`);
      else this.account.sawBalance(verdict.balance, 'a balance query');
    }
    if (plan.malformed && isSayable(place.line.dialect, plan.malformed)) {
      this.casino.tally.fault(`malformed ${plan.malformed}`);
      await sayMalformed(place, this.account, plan, plan.malformed);
    }
    const old = this.faults.due(place.line.dialect.name);
    if (old) await place.delivery.sayAgain(old);
  }

  private async keepFunded(): Promise<void> {
    if (this.account.balance < topUpBelow) await this.deposit(topUp);
  }

  private async deposit(amount: bigint): Promise<void> {
    const id = String(++this.adjustments);
    const key = this.account.sent({ kind: 'adjustment', id, amount });
    await this.casino.operator.adjust(this.id, amount, this.casino.currency, 'sandbox play money');
    this.account.posted(key);
  }

  private async sit({ line, game }: Table): Promise<void> {
    const seat: Seat = {
      playerId: this.id,
      currency: this.casino.currency,
      providerGameId: game.providerGameId,
    };
    let sessionId = '';
    const delivery = new Delivery(line, seat, this.account, this.faults, this.casino.patience);
    const renewSession = async (): Promise<void> => {
      sessionId = await openSession(this.casino, { line, game }, seat);
    };
    const endSession = (): Promise<void> => this.casino.operator.endSession(sessionId);
    const takeBack = new TakeBack(line.dialect, delivery, this.account);
    const voids = new VoidRounds(this.casino.operator, this.account, this.casino.patience);
    const exclude = async (): Promise<void> => {
      await this.casino.compliance.exclude(this.id);
      this.isOut = true;
    };
    const whileBreakerIsOpen = (work: () => Promise<void>): Promise<void> =>
      this.casino.breakers.whileOpen(line.dialect.name, work);
    const isOffered = async (): Promise<{ listed: boolean; launched: boolean }> => {
      const { operator, currency } = this.casino;
      const listed = (await operator.games(line.dialect.name, currency)).length > 0;
      return { listed, launched: (await operator.launch(game.id, this.id)) !== undefined };
    };
    const acts = {
      delivery,
      takeBack,
      endSession,
      renewSession,
      exclude,
      whileBreakerIsOpen,
      isOffered,
      voids,
    };
    this.places.set(line.dialect.name, { line, seat, gameId: game.id, ...acts });
    await renewSession();
  }
}

/** Launches, once no breaker forbids it, and, where the dialect does, exchanges the token. A token whose exchange got no answer may be used up. */
async function openSession(casino: Casino, { line, game }: Table, seat: Seat): Promise<string> {
  const until = Date.now() + casino.patience.insistForMs;
  for (;;) {
    const launched = await casino.operator.launch(game.id, seat.playerId);
    if (launched === undefined) {
      if (Date.now() > until) throw new Error(`no game of ${game.provider} can be launched`);
      await sleep(casino.patience.firstPauseMs);
      continue;
    }
    const { sessionId, token } = launched;
    if (!line.dialect.exchangesToken) {
      seat.session = token;
      return sessionId;
    }
    const verdict = await line.say(seat, { type: 'enter', token });
    if (verdict.kind === 'accepted') {
      seat.session = verdict.session ?? token;
      return sessionId;
    }
    if (verdict.kind === 'refused' || Date.now() > until)
      throw new Error(`the launch token was not accepted: ${verdict.text}`);
    await sleep(casino.patience.longestPauseMs);
  }
}

/** 0 is a, 25 is z, 26 is ba: names have no digits. */
