import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  ok,
  walletCommands,
  walletQueries,
  type BalanceDto,
  type Eligibility,
} from '@baize/contracts';
import { identityQueries } from '@baize/contracts';
import type { RunningService } from '@baize/testing';
import type { Client } from 'pg';
import { brand, gameOf, gamesOf, type TestService } from '../harness';
import type { ProviderApiServer } from '../provider-api-server';
import type { Signed } from '../provider-calls';
import type { Seat, Speaker, Word } from './speaker';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** The running platform behind the tables: game-sessions, and the wallet as its own process. */
export interface House {
  readonly service: TestService;
  readonly walletDatabase: Client;
  /** The providers' own APIs. */
  readonly api: ProviderApiServer;
  wallet: RunningService;
  /** Starts the wallet again on the same database. */
  startWallet(): Promise<RunningService>;
}

/** Lets identity allow everything; answers only what launches ask. */
export function identityAllows(service: TestService): void {
  const eligibility: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
  service.answer(identityQueries.checkEligibility, () => ok(eligibility));
}

/** One player who plays at one provider. */
export class Table {
  private constructor(
    readonly house: House,
    readonly speaker: Speaker,
    readonly seat: Seat,
    readonly sessionId: string,
  ) {}

  /** A new player with money, launched and, where the dialect does it, shaken hands with. */
  static async open(house: House, speaker: Speaker, money: number): Promise<Table> {
    const { service } = house;
    const playerId = randomUUID();
    const opened = await service.client.call(walletCommands.openPlayer, {
      playerId,
      brand,
      currency: 'EUR',
      epoch: 0,
    });
    if (!opened.ok) throw new Error(opened.error.code);
    return Table.openFor(house, speaker, playerId, money);
  }

  /** A seat for a player who is there already. */
  static async openFor(house: House, speaker: Speaker, playerId: string, money = 0): Promise<Table> {
    const { service } = house;
    const launched = await service.client.call(gameSessionsCommands.launchGame, {
      brand,
      gameId: gameOf(speaker.provider).id,
      form: { playerId, mode: 'real' },
    });
    if (!launched.ok) throw new Error(launched.error.code);
    const { token, sessionId } = launched.value;
    const seat: Seat = { playerId, currency: 'EUR', sid: token };
    const table = new Table(house, speaker, seat, sessionId);
    if (money > 0) await table.fund(money);
    const enter = speaker.enter?.(seat, token);
    if (!enter) return table;
    const { body } = await table.say(enter.call);
    return new Table(house, speaker, { ...seat, sid: String(body[enter.sidIn]) }, sessionId);
  }

  /** Launches another game of the provider; what was launched before stays open. */
  async launchAnother(): Promise<void> {
    const [, another] = gamesOf(this.speaker.provider);
    const form = { playerId: this.seat.playerId, mode: 'real' as const };
    const asked = { brand, gameId: another?.id ?? '', form };
    const launched = await this.house.service.client.call(gameSessionsCommands.launchGame, asked);
    if (!launched.ok) throw new Error(launched.error.code);
  }

  async say(call: Signed): Promise<Answer> {
    const { status, body } = await this.house.service.callback(call);
    const read = this.speaker.read ?? ((text: string) => JSON.parse(text) as Record<string, unknown>);
    return { status, body: read(body) };
  }

  /** Says it and expects the dialect's word for an edge case. */
  async hear(word: Word, call: Signed): Promise<Answer> {
    const answer = await this.say(call);
    expect({ word, ...answer }).toMatchObject({ word, ...this.speaker.words[word] });
    return answer;
  }

  async fund(amount: number): Promise<void> {
    const result = await this.house.service.client.call(walletCommands.adjustBalance, {
      playerId: this.seat.playerId,
      brand,
      amount: { amount, currency: 'EUR' },
      reason: 'conformance',
      actor: { kind: 'system', id: 'test' },
      idempotency: { key: randomUUID(), caller: 'client:test', bodySha256: '0'.repeat(64) },
    });
    if (!result.ok) throw new Error(result.error.code);
  }

  async wallet(): Promise<BalanceDto> {
    const asked = { playerId: this.seat.playerId, brand };
    const result = await this.house.service.client.call(walletQueries.getBalance, asked);
    if (!result.ok) throw new Error(result.error.code);
    return result.value;
  }

  /** What the ledger says; every edge case ends with it. */
  async expectBalance(total: number): Promise<void> {
    expect((await this.wallet()).total).toBe(total);
  }

  /** How many of this player's calls are kept for people to look at. */
  async expectKept(reason: 'malformed' | 'unauthenticated' | 'disputed', count: number): Promise<void> {
    const [row] = await this.house.service.database.query<{ kept: bigint }>(
      `SELECT count(*) AS kept FROM quarantined_callback WHERE reason = $1 AND provider = $2
         AND (position($3::bytea in body) > 0 OR position($4::bytea in body) > 0)`,
      [reason, this.speaker.provider, Buffer.from(this.seat.playerId), Buffer.from(this.seat.sid)],
    );
    expect(Number(row?.kept)).toBe(count);
  }

  /** As an exclusion does: bets are refused from here on. */
  async restrict(): Promise<void> {
    await this.house.walletDatabase.query('UPDATE anchor SET restrictions = 1 WHERE player_id = $1', [
      this.seat.playerId,
    ]);
  }

  async endSession(): Promise<void> {
    const asked = { sessionId: this.sessionId, brand };
    const result = await this.house.service.client.call(gameSessionsCommands.endGameSession, asked);
    if (!result.ok) throw new Error(result.error.code);
  }

  async expireSession(): Promise<void> {
    await this.house.service.database.query(
      `UPDATE game_session SET expires_at = clock_timestamp() - interval '1 s' WHERE id = $1`,
      [this.sessionId],
    );
  }
}
