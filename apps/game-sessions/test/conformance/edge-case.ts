import { randomUUID } from 'node:crypto';
import type { Dialect } from '../../src/domain/dialect';
import type { Item } from './checklist';
import type { Table } from './table';

/** What a new player has, in minor units. */
export const money = 10_000;

/** One edge case of provider callbacks: what the field expects, said once for every dialect. */
export interface EdgeCase {
  readonly name: string;
  /** The items of the checklist that it shows. */
  readonly proves?: readonly Item[];
  /** False where the dialect cannot say it, or expects another answer. */
  readonly applies?: (can: Table['speaker']['can'], dialect: Dialect, speaker: Table['speaker']) => boolean;
  /** Starts with a new player who has `money`. */
  readonly play: (table: Table) => Promise<void>;
}

/** Ids of a bet that nobody used before. */
export const moves = (amount = 100) => ({ id: `m-${randomUUID()}`, round: `r-${randomUUID()}`, amount });
