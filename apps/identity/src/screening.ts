import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { listEntry, ListIndex, type ListedEntry, type ScreeningHit } from './domain/screening/list-index';
import type { ScreeningQuery } from './domain/screening/match-entry';
import type { KnownTokens } from './domain/screening/prepare-name';
import { endedEntries, newEntries } from './store/screening-entries';
import { currentEpoch } from './store/screening-lists';

/** Between pages requests are answered; taking the names of one apart keeps them waiting for some 10 ms. */
const PAGE = 100;
/** Requests may see the lists as they were so long ago. Screening players renews them every second. */
const MAX_AGE_MS = 2_000;
const nothing = new ListIndex(0, []);

/** The loaded lists in memory. */
@Injectable()
export class Screening {
  private index = nothing;
  /** When the index was known to be the newest, of a clock that never goes back. */
  private checkedAt = -Infinity;
  private loading?: Promise<void>;

  constructor(private readonly database: Database) {}

  /** Who on the lists the person may be. What a load brings is seen within two seconds. */
  async find(query: ScreeningQuery): Promise<ScreeningHit[]> {
    const isFresh = performance.now() - this.checkedAt < MAX_AGE_MS;
    return (isFresh ? this.index : await this.lists()).find(query);
  }

  /** The lists at the epoch that is visible now, or a later one. Waits where a load brought something new. */
  async lists(): Promise<ListIndex> {
    const checkedAt = performance.now();
    const epoch = await currentEpoch(this.database);
    while (this.index.epoch < epoch) {
      this.loading ??= this.load().finally(() => (this.loading = undefined));
      await this.loading;
    }
    this.checkedAt = Math.max(this.checkedAt, checkedAt);
    return this.index;
  }

  private async load(): Promise<void> {
    const before = this.index;
    const epochs = { after: before.epoch, upTo: await currentEpoch(this.database) };
    const ended = await endedEntries(this.database, epochs);
    const entries: ListedEntry[] = before.entries.filter(({ entryId }) => !ended.has(entryId));
    const known: KnownTokens = new Map();
    for (let lastId = 0n; ;) {
      const page = await newEntries(this.database, epochs, lastId, PAGE);
      entries.push(...page.map((entry) => listEntry(entry, known)));
      if (page.length < PAGE) break;
      lastId = page.at(-1)?.entryId ?? lastId;
    }
    this.index = new ListIndex(epochs.upTo, entries);
  }
}
