import { randomBytes } from 'node:crypto';
import { appendAudit } from '@baize/audit';
import {
  ok,
  refuse,
  staffCommands,
  staffQueries,
  type AuthenticatedStaff,
  type CreateStaffSession,
  type Done,
  type Result,
  type StaffSession,
  type StaffToken,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Controller } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { Passwords } from '../../crypto/passwords';
import { PersonalData } from '../../crypto/personal-data';
import { digestOf } from '../../crypto/tokens';
import { stepOfCode } from '../../crypto/totp';
import { LoginGuard } from '../../login-guard';
import { Staff, type StaffMember } from '../../staff';
import { clearFailures } from '../../store/login-guards';
import { endStaffSession, findStaffId, insertStaffSession, spendStaffStep } from '../../store/staff';

/** The login guard counts people of the back office apart from the players of every brand. */
const guardedAs = '*staff';
/** No token of a player has a tilde: the gateway tells the two apart by it. */
const tokenPrefix = 'staff~';

/** Logins of the back office: password and authenticator, both always. */
@Controller()
export class StaffSessionController {
  constructor(
    private readonly database: Database,
    private readonly staff: Staff,
    private readonly passwords: Passwords,
    private readonly personalData: PersonalData,
    private readonly guard: LoginGuard,
  ) {}

  @Handles(staffCommands.createStaffSession)
  async create(command: CreateStaffSession, { deadline }: RequestContext): Promise<Result<StaffSession>> {
    const { login, password, code } = command;
    const index = this.personalData.emailIndex(`staff ${login}`);
    const locked = await this.guard.refusal(this.database, guardedAs, index);
    if (locked) return locked;
    const member = this.staff.members.get(login);
    const matches = await this.passwords.verify(member?.passwordHash, password, deadline);
    return this.database.transactions.run(async (db) => {
      const step = member && matches ? stepOfCode(member.totpSecret, code, systemClock.now()) : undefined;
      if (!member || step === undefined || !(await spendStaffStep(db, member.id, step))) {
        await this.guard.countFailure(db, guardedAs, index);
        return refuse('identity.invalid-login', 'Login, password or code is wrong.');
      }
      if (!(await clearFailures(db, guardedAs, index))) {
        return (await this.guard.refusal(db, guardedAs, index)) ?? refuse('identity.login-locked', 'Locked.');
      }
      return ok(await this.start(db, member));
    });
  }

  private async start(db: Db, { id: staffId, role, brands }: StaffMember): Promise<StaffSession> {
    const accessToken = tokenPrefix + randomBytes(32).toString('base64url');
    const expiresIn = this.guard.config.staffTokenSeconds;
    const id = uuidv7();
    await insertStaffSession(db, {
      id,
      staffId,
      accessDigest: digestOf(accessToken),
      lifeSeconds: expiresIn,
    });
    await audit(db, staffId, 'staff.logged-in');
    return { staffId, role, brands, accessToken, expiresIn };
  }

  /** Role and brands are those of the configuration now: who is no longer in it is nobody. */
  @Handles(staffQueries.authenticateStaff)
  async authenticate({ accessToken }: StaffToken): Promise<Result<AuthenticatedStaff>> {
    const staffId = await findStaffId(this.database, digestOf(accessToken));
    const member = staffId === undefined ? undefined : this.staff.members.get(staffId);
    if (!member) return refuse('auth.invalid-token', 'The access token is unknown, expired or revoked.');
    return ok({ staffId: member.id, role: member.role, brands: member.brands });
  }

  @Handles(staffCommands.endStaffSession)
  end({ accessToken }: StaffToken): Promise<Result<Done>> {
    return this.database.transactions.run(async (db) => {
      const staffId = await endStaffSession(db, digestOf(accessToken));
      if (staffId === undefined)
        return refuse('identity.session-not-found', 'This session has ended already.');
      await audit(db, staffId, 'staff.logged-out');
      return ok({});
    });
  }
}

async function audit(db: Db, staffId: string, action: string): Promise<void> {
  const actor = { kind: 'staff', id: staffId } as const;
  await appendAudit(db, { subject: `staff:${staffId}`, actor, action });
}
