import {
  accountQueries,
  ok,
  refuse,
  type ExportPersonalData,
  type PersonalDataExport,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { PersonalData } from '../../crypto/personal-data';
import { toListedExclusion } from '../../exclusion-dto';
import { checkDto } from '../../kyc-dto';
import { LimitSets } from '../../limit-sets';
import { playerDtoOf } from '../../player-dto';
import { findAccount } from '../../store/accounts';
import { findConsents } from '../../store/consents';
import { listChecks } from '../../store/kyc-checks';
import { findPlayer, type Profile } from '../../store/players';
import { listProfileChanges } from '../../store/profiles';
import { listRestrictions } from '../../store/restrictions';
import { listSessions } from '../../store/sessions';
import { findTotp } from '../../store/totps';

const MAX_ROWS = 2_000;
const MAX_EXCLUSIONS = 200;
const MAX_CHECKS = 100;

/** What identity holds of a person, opened, in reach of the person alone and of who answers for them. */
@Controller()
export class ExportPersonalDataController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly limitSets: LimitSets,
  ) {}

  @Handles(accountQueries.exportPersonalData)
  async handle({ playerId, brand }: ExportPersonalData): Promise<Result<PersonalDataExport>> {
    const [account, stored] = [
      await findAccount(this.database, brand, playerId),
      await findPlayer(this.database, playerId, brand),
    ];
    if (!account || !stored) return refuse('identity.player-not-found', 'There is no such player.');
    const person = { id: account.personId, wrappedKey: account.wrappedKey };
    const sessions = await listSessions(this.database, playerId, { living: false, limit: MAX_ROWS });
    const { history } = await findConsents(this.database, playerId, MAX_ROWS);
    const changes = await listProfileChanges(this.database, playerId, MAX_ROWS);
    const totp = await findTotp(this.database, playerId);
    const limits = await this.limitSets.read(this.database, playerId);
    const restrictions = await listRestrictions(this.database, account.personId, MAX_EXCLUSIONS);
    const checks = await listChecks(this.database, playerId, MAX_CHECKS);
    const { device } = this.personalData.open(person, account.profile, account.id) as Profile;
    return ok({
      player: playerDtoOf(stored, this.personalData),
      sessions: sessions.map((session) => this.personalData.openSession(person, session)),
      consents: history,
      profileHistory: changes.map(({ id, at, actor, fields, before }) => ({
        ...{ at: at.toISOString(), actor, fields: [...fields] },
        before: this.personalData.open(person, before, id) as Record<string, unknown>,
      })),
      limits: limits ? this.limitSets.shown(limits) : [],
      exclusions: restrictions.map(toListedExclusion),
      checks: checks.map(checkDto),
      account: {
        emailState: account.emailState,
        closedAt: account.closedAt?.toISOString() ?? null,
        secondFactor: totp?.confirmedAt?.toISOString() ?? null,
        ...(device && { deviceAtRegistration: device }),
      },
    });
  }
}
