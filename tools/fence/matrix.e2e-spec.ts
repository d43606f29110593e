import 'reflect-metadata';
import { restrictionKinds, type RestrictionKind } from '@baize/contracts';
import { dialects } from '../../apps/game-sessions/src/adapters/registry';
import { providerNames } from '../../apps/sandbox/src/dialects/dialect';
import { pspNames } from '../../apps/sandbox/src/psps/payment';
import { pspDialects } from '../../apps/wallet/src/adapters/registry';
import { attempts, touchpointAttempts } from './attempts';
import { cells, touchpointCells, verdictOn, type Cell } from './cells';
import { Guest } from './guest';
import { impose, tellAlone } from './impose';
import type { Attempt, Outcome } from './outcome';
import { Platform } from './platform';
import { askingCells, standings, verdictOfImpediments } from './standings';
import { makeReady, merely, stakesBefore, type Ready } from './ready';

type Kind = RestrictionKind | 'none';
const kinds: readonly Kind[] = ['none', ...restrictionKinds];

/** What each attempt came to, by its name: every name on either side, so that one that lacks the other shows. */
type Table = Record<string, string>;

function verdictOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not attempted';
  return outcome.startsWith('refused') ? 'refused' : outcome;
}

async function attempted(attempt: Attempt | undefined, ready: Ready): Promise<Outcome | undefined> {
  return attempt?.(ready).catch((error: unknown) => `broken: ${String(error)}`);
}

const expected = (of: readonly Cell[], kind: Kind): Table =>
  Object.fromEntries(of.map((cell) => [cell.name, verdictOn(cell, kind)]));

describe('every act, begun in every way, under every restriction', () => {
  let platform: Platform;
  const outcomes = new Map<Kind, Table>();
  const alone = new Map<Kind, Table>();
  const stakes = new Map<Kind, number>();
  const asking = new Map<string, Table>();

  /** Whoever comes to the whole platform: everything is begun, then restricted, then everything attempted. */
  async function live(kind: Kind): Promise<void> {
    const ready = await makeReady(await Guest.arrive(platform));
    if (kind !== 'none') await impose[kind](ready.guest, { token: ready.tokens.accessToken });
    const tried = cells.map(async ({ name }) => [
      name,
      verdictOf(await attempted(attempts.get(name), ready)),
    ]);
    outcomes.set(kind, Object.fromEntries(await Promise.all(tried)) as Table);
    const [row] = await platform.databases.wallet.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM journal WHERE player_id = $1 AND kind = 'bet'`,
      [ready.guest.id],
    );
    stakes.set(kind, Number(row?.n));
  }

  /** Whoever only one touchpoint has heard of. */
  async function liveAlone(kind: Kind): Promise<void> {
    const tried = touchpointCells.map(async ({ name, service }) => {
      const guest = await Guest.arrive(platform);
      if (kind !== 'none') await tellAlone(service, guest, kind);
      return [name, verdictOf(await attempted(touchpointAttempts.get(name), merely(guest)))];
    });
    alone.set(kind, Object.fromEntries(await Promise.all(tried)) as Table);
  }

  /** Whoever is kept out by the account itself, of which the wallet and the sessions know nothing. */
  async function liveAs(name: string): Promise<void> {
    const { form, begin } = standings[name]!;
    const guest = await Guest.arrive(platform, form);
    await begin?.(guest);
    const tried = askingCells.map(async (cell) => {
      return [cell.name, verdictOf(await attempted(attempts.get(cell.name), merely(guest)))];
    });
    asking.set(name, Object.fromEntries(await Promise.all(tried)) as Table);
  }

  beforeAll(async () => {
    platform = await Platform.start();
    await Promise.all([
      ...kinds.flatMap((kind) => [live(kind), liveAlone(kind)]),
      ...Object.keys(standings).map(liveAs),
    ]);
  }, 300_000);
  afterAll(() => platform.stop());

  it('is spoken in the languages of all providers and PSPs', () => {
    expect(dialects.map(({ provider }) => provider).sort()).toEqual([...providerNames].sort());
    expect(pspDialects.map(({ name }) => name).sort()).toEqual([...pspNames].sort());
  });

  it('has an attempt for each cell, and for nothing else', () => {
    expect([...attempts.keys()].sort()).toEqual(cells.map(({ name }) => name).sort());
    expect([...touchpointAttempts.keys()].sort()).toEqual(touchpointCells.map(({ name }) => name).sort());
  });

  it.each(kinds)('%s: what is forbidden is refused, and everything else is done', (kind) => {
    expect(outcomes.get(kind)).toEqual(expected(cells, kind));
  });

  it.each(kinds)('%s: each touchpoint refuses it alone', (kind) => {
    expect(alone.get(kind)).toEqual(expected(touchpointCells, kind));
  });

  it.each(restrictionKinds)('%s: no bet is in the ledger but those from before', (kind) => {
    expect(stakes.get(kind)).toBe(stakesBefore);
  });

  it.each(Object.keys(standings))('%s: what asks identity is refused or done as it says', (name) => {
    const { impediments } = standings[name]!;
    const told = askingCells.map((cell) => [cell.name, verdictOfImpediments(cell, impediments)]);
    expect(asking.get(name)).toEqual(Object.fromEntries(told));
  });
});
