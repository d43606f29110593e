import { walletCommands, gameSessionsCommands, type ApplyLimits } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { IdentityConfig } from '../src/config';
import { dayIn } from '../src/domain/calendar';
import { startIdentity } from '../src/service';
import { quietLog, Surroundings } from './identity-fixture';

describe('limits of the market', () => {
  let around: Surroundings;
  let identity: RunningService;
  const told: ApplyLimits[] = [];

  beforeAll(async () => {
    around = await Surroundings.start();
    for (const { subject, service } of [
      walletCommands.applyLimits,
      gameSessionsCommands.applySessionLimits,
    ]) {
      around.broker.subscribe(subject, {
        queue: service,
        callback: (_error, msg) => {
          if (service === 'wallet') told.push(msg.json<ApplyLimits>());
          msg.respond(Buffer.from('{"ok":true,"value":{}}'));
        },
      });
    }
    identity = await startIdentity(loadConfig(IdentityConfig, around.environment()), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  /** A resident whose birthday of so many years is today there, or so many days later. */
  async function born(country: string, currency: string, years: number, days: number, timeZone: string) {
    const { year, month, day } = dayIn(timeZone, new Date());
    const date = new Date(Date.UTC(year - years, month - 1, day + days));
    const form = around.form({ country, currency, dateOfBirth: date.toISOString().slice(0, 10) });
    const { id } = await around.registered(form);
    return { id, limits: around.opened.find(({ playerId }) => playerId === id)?.limits?.limits };
  }
  const stakeOf = (amount: number) => ({ kind: 'stake', period: 'bet', currency: 'GBP', amount });
  const untilMidnight = async (id: string) => {
    const [row] = await around.database.query<{ dueAt: Date | null }>(
      'SELECT age_due_at AS "dueAt" FROM limit_epoch WHERE player_id = $1',
      [id],
    );
    return (row?.dueAt?.getTime() ?? 0) - Date.now();
  };
  /** As it was when the day that is today there began. */
  const beginToday = (id: string) =>
    around.database.query(
      `UPDATE limit_epoch SET age_due_at = date_trunc('day', now() AT TIME ZONE 'Europe/London') AT TIME ZONE 'Europe/London'
       WHERE player_id = $1`,
      [id],
    );

  it('hold from the registration: in Germany 1,000 EUR a month and 1 EUR a stake', async () => {
    const { limits } = await born('DE', 'EUR', 40, 0, 'Europe/Berlin');
    expect(limits).toEqual([
      { kind: 'deposit', period: 'month', currency: 'EUR', amount: 100_000 },
      { kind: 'stake', period: 'bet', currency: 'EUR', amount: 100 },
    ]);
  });

  it('follow the age in Great Britain: the day of the 25th birthday ends the lower cap', async () => {
    const london = 'Europe/London';
    const [adult, tomorrow] = [
      await born('GB', 'GBP', 25, 0, london),
      await born('GB', 'GBP', 25, 1, london),
    ];
    expect([adult.limits, tomorrow.limits]).toEqual([[stakeOf(500)], [stakeOf(200)]]);
    for (const { id } of [adult, tomorrow]) {
      expect(await untilMidnight(id)).toBeLessThanOrEqual(25 * 3_600_000);
      await beginToday(id);
    }
    await waitFor(() => told.some(({ playerId }) => playerId === adult.id));
    expect(told).toEqual([
      { playerId: adult.id, set: { epoch: 1, timeZone: london, limits: [stakeOf(500)] } },
    ]);
    await waitFor(async () => (await untilMidnight(tomorrow.id)) > 0, { what: 'the next look at tomorrow' });
    expect(told).toHaveLength(1);
  });

  it('follow the age of those behind a player whose data cannot be read', async () => {
    const [spoilt, adult] = [
      await born('GB', 'GBP', 40, 0, 'Europe/London'),
      await born('GB', 'GBP', 25, 0, 'Europe/London'),
    ];
    const profile = async (replaced: Buffer) => {
      const [before] = await around.database.query<{ profile: Buffer }>(
        'WITH before AS (SELECT profile FROM player WHERE id = $1), now AS (UPDATE player SET profile = $2 WHERE id = $1) TABLE before',
        [spoilt.id, replaced],
      );
      return before!.profile;
    };
    const whole = await profile(Buffer.from([0]));
    await around.database.query(
      `UPDATE limit_epoch SET age_due_at = now() - interval '2 days' WHERE player_id = $1`,
      [spoilt.id],
    );
    await beginToday(adult.id);
    await waitFor(() => told.some(({ playerId }) => playerId === adult.id));
    expect(await untilMidnight(spoilt.id)).toBeLessThan(0);
    await profile(whole);
    await waitFor(async () => (await untilMidnight(spoilt.id)) > 0);
  });

  it('that do not depend on the age are not looked at again', async () => {
    const { id } = await born('DE', 'EUR', 40, 0, 'Europe/Berlin');
    expect(await around.count('limit_epoch', `player_id = '${id}'`)).toBe(0);
  });
});
