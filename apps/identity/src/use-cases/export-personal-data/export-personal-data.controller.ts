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
import { playerDtoOf } from '../../player-dto';
import { findAccount } from '../../store/accounts';
import { findConsents } from '../../store/consents';
import { findPlayer, type Profile } from '../../store/players';
import { listProfileChanges } from '../../store/profiles';
import { listSessions } from '../../store/sessions';
import { findTotp } from '../../store/totps';

const MAX_ROWS = 2_000;

/** What identity holds of a person, opened, in reach of the person alone and of who answers for them. */
@Controller()
export class ExportPersonalDataController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
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
    const { device } = this.personalData.open(person, account.profile, account.id) as Profile;
    return ok({
      player: playerDtoOf(stored, this.personalData),
      sessions: sessions.map((session) => this.personalData.openSession(person, session)),
      consents: history,
      profileHistory: changes.map(({ id, at, actor, fields, before }) => ({
        ...{ at: at.toISOString(), actor, fields: [...fields] },
        before: this.personalData.open(person, before, id) as Record<string, unknown>,
      })),
      account: {
        emailState: account.emailState,
        closedAt: account.closedAt?.toISOString() ?? null,
        secondFactor: totp?.confirmedAt?.toISOString() ?? null,
        ...(device && { deviceAtRegistration: device }),
      },
    });
  }
}
