import { appendAudit } from '@baize/audit';
import { Database, type Db } from '@baize/persistence';
import { counter } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { NationalRegisters } from './adapters/national-register/national-registers';
import { PersonalData } from './crypto/personal-data';
import { currentMarketPolicy } from './domain/market-policies';
import type { RegisterName } from './domain/market-protection';
import { decideAnswer, isCurrent, type RegisterAnswer } from './domain/national-register';
import { exclusionRulesOf } from './domain/restrictions';
import { changeFence, lockGroup, restrict, type Group } from './store/fences';
import type { Profile } from './store/players';
import {
  findAskedPlayer,
  findRegisterEntries,
  saveRegisterAnswer,
  type AskedPlayer,
} from './store/register-answers';
import { endRestriction } from './store/restrictions';

/** What stands in the way: nothing, an entry of the person, or that nothing definite is known. */
export type RegisterVerdict = 'open' | 'excluded' | 'unavailable';

const answers = counter('identity_register_answers_total', 'Questions to national registers by answer.', [
  'register',
  'answer',
]);

const mostMs = 2_000;
/** Kept of the caller's time to do something with the answer. */
const reserveMs = 500;

/** Asks the national register of a player's market, and keeps what it says as a restriction of the person. */
@Injectable()
export class AskRegister {
  constructor(
    private readonly database: Database,
    private readonly registers: NationalRegisters,
    private readonly personalData: PersonalData,
  ) {}

  /** Whether the market of this country may be played in: its register is connected, or it has none. */
  isConnected(country: string): boolean {
    const { register } = exclusionRulesOf(currentMarketPolicy, country);
    return register === null || this.registers.find(register) !== undefined;
  }

  /**
   * Asks about a player whose country has a register; about others it costs nothing.
   *
   * @param when `stale` leaves it at an answer that is not too old
   * @param deadlineMs absolute, epoch milliseconds
   */
  async check(
    playerId: string,
    country: string,
    deadlineMs: number,
    when: 'always' | 'stale' = 'always',
  ): Promise<RegisterVerdict> {
    const { register, registerMaximumAgeHours: hours } = exclusionRulesOf(currentMarketPolicy, country);
    if (register === null) return 'open';
    const player = await findAskedPlayer(this.database, playerId);
    if (!player) return 'open';
    if (when === 'stale' && isCurrent(player.known, hours, player.now)) return 'open';
    const answer = await this.ask(register, player, deadlineMs);
    answers.inc({ register, answer: answer ?? 'unavailable' });
    if (answer === undefined) return 'unavailable';
    return this.database.transactions.run((db) => this.keep(db, player, { register, answer, hours }));
  }

  private async ask(
    name: RegisterName,
    { playerId, personId, wrappedKey, profile }: AskedPlayer,
    deadlineMs: number,
  ): Promise<RegisterAnswer | undefined> {
    const timeoutMs = Math.floor(Math.min(mostMs, deadlineMs - Date.now() - reserveMs));
    if (timeoutMs <= 0) return undefined;
    const subject = this.personalData.open({ id: personId, wrappedKey }, profile, playerId) as Profile;
    return this.registers.find(name)?.check(subject, timeoutMs);
  }

  /** Everybody is told of what changed as of any other restriction: touchpoints ask every second. */
  private async keep(
    db: Db,
    player: AskedPlayer,
    { register, answer, hours }: { register: RegisterName; answer: RegisterAnswer; hours: number },
  ): Promise<RegisterVerdict> {
    const group = await lockGroup(db, player.personId);
    const entries = await findRegisterEntries(db, group.personIds);
    const isNewest = await saveRegisterAnswer(db, player, { register, answer, maximumAgeHours: hours });
    if (!isNewest) return entries.length > 0 ? 'excluded' : 'open';
    const { restricts, ends } = decideAnswer(answer, { playerId: player.playerId, register }, entries);
    if (restricts) await this.restrict(db, player, register, group);
    if (ends.length > 0) await this.end(db, player, register, { group, ends });
    return restricts || entries.length > ends.length ? 'excluded' : 'open';
  }

  private async restrict(
    db: Db,
    { playerId, personId, brand }: AskedPlayer,
    register: RegisterName,
    group: Group,
  ): Promise<void> {
    const id = uuidv7();
    const actor = { kind: 'system' as const, id: register };
    const { epoch } = await restrict(db, group, {
      ...{ id, personId, playerId, brand, actor, kind: 'national-register', expiresAt: null },
      reason: `${register} has an entry.`,
      policyVersion: currentMarketPolicy.version,
    });
    await appendAudit(db, {
      ...{ subject: playerId, brand, actor, action: 'exclusion.register-found' },
      details: { exclusionId: id, kind: 'national-register', epoch },
    });
  }

  private async end(
    db: Db,
    { playerId: subject, brand }: AskedPlayer,
    register: RegisterName,
    { group, ends }: { group: Group; ends: readonly string[] },
  ): Promise<void> {
    for (const id of ends) await endRestriction(db, id, 'register-cleared');
    const { epoch } = await changeFence(db, group);
    await appendAudit(db, {
      ...{ subject, brand, action: 'exclusion.register-ended', details: { exclusionIds: ends, epoch } },
      actor: { kind: 'system', id: register },
    });
  }
}
