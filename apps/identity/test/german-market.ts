import { exclusionQueries, identityQueries, playerActions, type ListedExclusion } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { codeOf, quietLog, Surroundings, valueOf } from './identity-fixture';
import { RegistersUnderTest } from './registers-under-test';
import type { Form } from './registration-form';

type Action = (typeof playerActions)[number];

const brand = 'demo';
export const everythingButWithdrawals = playerActions.filter((action) => action !== 'withdraw');

/** Identity with the registers of the sandbox, and Germans, who may play at once: the register alone decides. */
export class GermanMarket {
  /** Every line that identity logged. */
  readonly log: string[] = [];

  private constructor(
    readonly around: Surroundings,
    readonly registers: RegistersUnderTest,
    private identity?: RunningService,
  ) {}

  static async open(): Promise<GermanMarket> {
    const market = new GermanMarket(
      ...(await Promise.all([Surroundings.start(), RegistersUnderTest.start()])),
    );
    const NATIONAL_REGISTERS = market.registers.configuration('GAMSTOP', 'OASIS');
    process.env.LOG_LEVEL = 'trace';
    const config = loadConfig(IdentityConfig, market.around.environment({ NATIONAL_REGISTERS }));
    market.identity = await startIdentity(config, quietLog(market.log));
    delete process.env.LOG_LEVEL;
    return market;
  }

  german(changes: Partial<Form> = {}): Form {
    return this.around.form({ country: 'DE', ...changes });
  }

  async player(form = this.german(), at = brand): Promise<{ form: Form; id: string }> {
    return { form, id: (await this.around.registered(form, at)).id };
  }

  /** The code of the refusal, or `ok`. */
  async login(form: Form, at = brand): Promise<string> {
    return codeOf(await this.around.login(form.email, form.password, at));
  }

  /** Why the player may not do this. */
  async reasons(playerId: string, action: Action, at = brand): Promise<string[]> {
    const asked = { playerId, brand: at, action };
    return valueOf(await this.around.client.call(identityQueries.checkEligibility, asked)).reasons;
  }

  /** Everything that the player may not do. */
  async refused(playerId: string, at = brand): Promise<Action[]> {
    const answers = await Promise.all(playerActions.map((action) => this.reasons(playerId, action, at)));
    return playerActions.filter((_, i) => answers[i]!.length > 0);
  }

  async exclusions(playerId: string): Promise<ListedExclusion[]> {
    return valueOf(await this.around.client.call(exclusionQueries.listExclusions, { playerId, brand })).items;
  }

  /** Makes the last answer about a player older than the market allows. */
  age(playerId: string): Promise<unknown> {
    return this.changeAnswer(playerId, `asked_at = asked_at - interval '24 hours'`);
  }

  /** Lets the daily question come now. */
  makeDue(playerId: string): Promise<unknown> {
    return this.changeAnswer(playerId, `next_check_at = clock_timestamp()`);
  }

  changeAnswer(playerId: string, change: string): Promise<unknown> {
    return this.around.database.query(`UPDATE register_answer SET ${change} WHERE player_id = $1`, [
      playerId,
    ]);
  }

  async close(): Promise<void> {
    await this.identity?.stop();
    await this.around.stop();
    await this.registers.stop();
  }
}
