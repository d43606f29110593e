import { gameSessionsEvents, refuse, type Refusal } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { gauge } from '@baize/runtime';
import { breakerRules, decideBreaker, type Breaker, type SeenCalls } from './domain/breaker';
import type { CallbackSign } from './domain/quality';
import {
  addToWindows,
  ensureBreakers,
  loadBreakers,
  lockBreaker,
  pruneWindows,
  saveBreaker,
  takeProbe,
  type ProviderKey,
  type WatchedBreaker,
} from './store/provider-health';
import { addToQuality, pruneQuality, type QualityTally } from './store/provider-quality';

const everyMs = 1_000;
const prunedAtOnce = 1_000;
/** A call to a provider that takes longer is slow: players wait for it. */
const slowMs = 2_000;

type Tally = { -readonly [K in keyof QualityTally]: QualityTally[K] };
/** Of one second: what was seen before a breaker changed must not count afterwards, however late it is written down. */
type Second = ProviderKey & { -readonly [K in keyof SeenCalls]: SeenCalls[K] } & { readonly sinceMs: number };
const nothing = {
  ...{ callbacks: 0, malformed: 0, unauthenticated: 0, duplicate: 0 },
  ...{ conflicting: 0, outOfOrder: 0, late: 0, orphan: 0, fault: 0 },
  ...{ outbound: 0, outboundFailed: 0, outboundSlow: 0, outboundMs: 0 },
};
const countNames = Object.keys(nothing) as (keyof typeof nothing)[];
const breakers = gauge('baize_provider_breaker', '0 closed, 1 half-open, 2 open', ['brand', 'provider']);
const gaugeOf = { closed: 0, 'half-open': 1, open: 2 } as const;
const fieldOf = { 'out-of-order': 'outOfOrder' } as const;

/**
 * Counts what is seen of providers, in memory and without waiting; once a second it adds that to what other replicas
 * saw, decides about the breakers, and learns what others decided.
 */
export class ProviderWatch {
  private readonly tallies = new Map<string, Tally>();
  private readonly seconds = new Map<string, Second>();
  private watched = new Map<string, WatchedBreaker>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly database: Database,
    private readonly keys: readonly ProviderKey[],
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Learns the breakers, then goes on watching; a failure leaves them as they were. */
  async start(): Promise<void> {
    await ensureBreakers(this.database, this.keys);
    this.remember(await loadBreakers(this.database));
    this.timer = setInterval(() => {
      // a look that takes longer than a second is not followed by two at once
      this.running ??= this.look()
        .catch(this.onError)
        .finally(() => (this.running = undefined));
    }, everyMs);
  }

  /** Writes down what is still in memory. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
    await this.look().catch(this.onError);
  }

  /** One served callback. */
  sawCallback(key: ProviderKey, sign: CallbackSign | undefined): void {
    const tally = this.tallyOf(key);
    // anybody may send what is not signed: it must neither close a provider nor look like its traffic
    if (sign !== 'unauthenticated') {
      tally.callbacks += 1;
      // a fault is our own trouble: a wallet that is down would hide every provider's games long after it is back
      if (sign !== 'fault') this.sawCall(key, sign === 'malformed' ? 'failures' : undefined);
    }
    if (sign !== undefined) tally[sign === 'out-of-order' ? fieldOf[sign] : sign] += 1;
  }

  /** One call to the provider: its catalogue, its free rounds, a check before a launch. */
  sawOutbound(key: ProviderKey, call: { readonly ok: boolean; readonly ms: number }): void {
    const tally = this.tallyOf(key);
    tally.outbound += 1;
    tally.outboundMs += Math.round(call.ms);
    const isSlow = call.ok && call.ms > slowMs;
    if (!call.ok) tally.outboundFailed += 1;
    else if (isSlow) tally.outboundSlow += 1;
    this.sawCall(key, call.ok ? (isSlow ? 'slow' : undefined) : 'failures');
  }

  /** Its games are hidden while open. Half-open ones are shown: nobody else would launch what is to be tried. */
  isHidden(brand: string, provider: string): boolean {
    return this.watched.get(nameOf({ brand, provider }))?.breaker.state === 'open';
  }

  /** Why a game may not be launched now; a half-open breaker lets a few launches through. */
  async launchObstacle(key: ProviderKey): Promise<{ ok: false; error: Refusal } | undefined> {
    const state = this.watched.get(nameOf(key))?.breaker.state ?? 'closed';
    if (state === 'closed') return undefined;
    if (state === 'half-open' && (await takeProbe(this.database, key))) return undefined;
    return refuse(
      'game-sessions.provider-unavailable',
      'The provider has trouble at present; try again later.',
    );
  }

  /** The breakers of a brand's providers, by name. */
  of(brand: string): WatchedBreaker[] {
    const mine = [...this.watched.values()].filter((watched) => watched.brand === brand);
    return mine.sort((a, b) => (a.provider < b.provider ? -1 : 1));
  }

  /** Writes down what was seen, and acts on it. */
  async look(): Promise<void> {
    const seen = [...this.tallies.values()];
    if (seen.length > 0) await this.writeDown(seen);
    for (const watched of await loadBreakers(this.database)) {
      const { breaker, seen, nowMs } = watched;
      if (decideBreaker(breaker, seen, nowMs) !== breaker) await this.change(watched);
    }
    this.remember(await loadBreakers(this.database));
  }

  /** Forgets old counts; called now and then. */
  async prune(): Promise<void> {
    while ((await pruneWindows(this.database, prunedAtOnce)) === prunedAtOnce);
    while ((await pruneQuality(this.database, prunedAtOnce)) === prunedAtOnce);
  }

  private async writeDown(seen: readonly Tally[]): Promise<void> {
    const seconds = [...this.seconds];
    const windows = seconds.map(([, { sinceMs, ...second }]) => {
      return { ...second, ageMs: performance.now() - sinceMs };
    });
    this.tallies.clear();
    this.seconds.clear();
    try {
      await this.database.transactions.run(async (db) => {
        await addToWindows(db, windows);
        await addToQuality(db, seen);
      });
    } catch (error) {
      // the database is away: it is written down with what is seen until it is back
      for (const tally of seen) {
        const sum = this.tallyOf(tally);
        for (const name of countNames) sum[name] += tally[name];
      }
      for (const [name, second] of seconds) this.putBack(name, second);
      throw error;
    }
  }

  /** Seconds that no breaker looks at any more are let go: their number stays bounded. */
  private putBack(name: string, second: Second): void {
    if (performance.now() - second.sinceMs > breakerRules.windowMs) return;
    const since = this.seconds.get(name);
    second.calls += since?.calls ?? 0;
    second.failures += since?.failures ?? 0;
    second.slow += since?.slow ?? 0;
    this.seconds.set(name, second);
  }

  /** Under the row's lock, from the row as it is then: another replica may have been first. */
  private async change({ breaker, seen, brand, provider }: WatchedBreaker): Promise<void> {
    const key = { brand, provider };
    await this.database.transactions.run(async (db) => {
      const locked = await lockBreaker(db, key);
      if (!locked) return;
      const { breaker: now, nowMs } = locked;
      if (now.state !== breaker.state || now.changedAtMs !== breaker.changedAtMs) return;
      const next = decideBreaker(now, seen, nowMs);
      if (next === now) return;
      await saveBreaker(db, key, next);
      await addToOutbox(db, [healthChanged(key, { before: now, after: next, manual: false })]);
    });
  }

  private remember(watched: readonly WatchedBreaker[]): void {
    this.watched = new Map(watched.map((one) => [nameOf(one), one]));
    for (const { brand, provider, breaker } of watched)
      breakers.set({ brand, provider }, gaugeOf[breaker.state]);
  }

  private sawCall({ brand, provider }: ProviderKey, trouble: 'failures' | 'slow' | undefined): void {
    const sinceMs = performance.now();
    const name = `${nameOf({ brand, provider })} ${Math.floor(sinceMs / 1_000)}`;
    const second = this.seconds.get(name) ?? { brand, provider, calls: 0, failures: 0, slow: 0, sinceMs };
    this.seconds.set(name, second);
    second.calls += 1;
    if (trouble) second[trouble] += 1;
  }

  private tallyOf({ brand, provider }: ProviderKey): Tally {
    const name = nameOf({ brand, provider });
    const known = this.tallies.get(name);
    if (known) return known;
    const tally: Tally = { brand, provider, ...nothing };
    this.tallies.set(name, tally);
    return tally;
  }
}

/** The event of a breaker's change, ready for the outbox; `manual` when a person changed it. */
export function healthChanged(
  { brand, provider }: ProviderKey,
  { before, after, manual }: { before: Breaker; after: Breaker; manual: boolean },
) {
  const { state: to, reason, changedAtMs } = after;
  const changedAt = new Date(changedAtMs).toISOString();
  return {
    contract: gameSessionsEvents.providerHealthChanged,
    subject: provider,
    partitionKey: `${brand} ${provider}`,
    data: { brand, provider, from: before.state, to, manual, reason, changedAt },
  };
}

function nameOf({ brand, provider }: ProviderKey): string {
  return `${brand} ${provider}`;
}
