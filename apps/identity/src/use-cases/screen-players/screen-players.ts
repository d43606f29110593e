import { Database } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { fireSanctionsHit, withFile } from '../../kyc';
import { PersonalData } from '../../crypto/personal-data';
import type { ListIndex, ScreeningHit } from '../../domain/screening/list-index';
import { Screening } from '../../screening';
import type { Profile } from '../../store/players';
import { findDuePlayers, markScreened, openCase, type DuePlayer } from '../../store/screening-cases';

const BATCH = 100;

/** Screens new players against all lists, and everybody against what a load brought. */
@Injectable()
export class ScreenPlayers {
  constructor(
    private readonly database: Database,
    private readonly screening: Screening,
    private readonly personalData: PersonalData,
  ) {}

  /** One round; answers how many were screened. Those that registered last come first. */
  async run(): Promise<number> {
    const lists = await this.screening.lists();
    const due = lists.epoch === 0 ? [] : await findDuePlayers(this.database, lists.epoch, BATCH);
    await tryEach(due, (player) => this.screen(player, lists));
    return due.length;
  }

  private async screen(player: DuePlayer, lists: ListIndex): Promise<void> {
    const { wrappedKey, personId, profile, playerId, country } = player;
    // an erased person has no name to look for
    const person = wrappedKey && { id: personId, wrappedKey };
    const { firstName, lastName, dateOfBirth } = person
      ? (this.personalData.open(person, profile, playerId) as Profile)
      : { firstName: '', lastName: '', dateOfBirth: undefined };
    const query = { name: `${firstName} ${lastName}`.trim(), dateOfBirth, country };
    const hits = query.name === '' ? [] : lists.find(query, player.epoch);
    const cases = person ? hits.map((hit) => this.caseOf(player, person, hit)) : [];
    await this.database.transactions.run(async (db) => {
      if (!(await markScreened(db, playerId, player.epoch, lists.epoch))) return;
      for (const one of cases) {
        if (!(await openCase(db, one))) continue;
        await withFile(db, playerId, (file) => fireSanctionsHit(db, file, one.id));
      }
    });
  }

  private caseOf(player: DuePlayer, person: { id: string; wrappedKey: Buffer }, hit: ScreeningHit) {
    const id = uuidv7();
    const { brand, playerId } = player;
    const explanation = this.personalData.seal(person, { text: hit.explain().slice(0, 4_000) }, id);
    return {
      id,
      brand,
      playerId,
      entryId: hit.entryId,
      score: hit.score,
      explanation,
      evidence: hit.evidence,
    };
  }
}
