import { appendAudit } from '@baize/audit';
import { kycCommands, refuse, type KycCheckReply, type OrderKycCheck, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { KycVendors } from '../../adapters/kyc/kyc-vendors';
import { kycRulesOf } from '../../kyc';
import { KycSaga } from '../../kyc-saga';
import { checkDto } from '../../kyc-dto';
import { findCheckByKey, insertCheck, lockCheck, type NewCheck } from '../../store/kyc-checks';
import { findPlayer } from '../../store/players';

/**
 * The first transaction commits the check with its key; then it is started at the vendor. A crash between the two
 * leaves it to the sweeper, which asks the vendor under the same id.
 */
@Controller()
export class OrderKycCheckController {
  constructor(
    private readonly database: Database,
    private readonly vendors: KycVendors,
    private readonly saga: KycSaga,
  ) {}

  @Handles(kycCommands.orderKycCheck)
  async handle(command: OrderKycCheck): Promise<Result<KycCheckReply>> {
    const { brand, playerId, kind } = command;
    const player = await findPlayer(this.database, playerId, brand);
    if (!player) return refuse('identity.player-not-found', 'There is no such player.');
    const vendor = command.vendor ?? this.vendors.preferred(brand);
    if (vendor === undefined || !this.vendors.find(brand, vendor)) {
      return refuse('identity.unknown-kyc-vendor', 'This brand has no such KYC vendor.');
    }
    const deadlineHours = kycRulesOf(player.country)?.checkDeadlineHours ?? 720;
    const check: NewCheck = { id: uuidv7(), playerId, brand, kind, vendor, deadlineHours };
    if (!(await this.insert(check, command))) return this.replay(command);
    return { ok: true, value: await this.start(check.id) };
  }

  private insert(check: NewCheck, { idempotency, actor }: OrderKycCheck): Promise<boolean> {
    const { playerId: subject, brand, kind, vendor } = check;
    return this.database.transactions.run(async (db) => {
      if (!(await insertCheck(db, check, idempotency))) return false;
      const details = { checkId: check.id, kind, vendor };
      await appendAudit(db, { subject, brand, actor, action: 'kyc-check.ordered', details });
      return true;
    });
  }

  private async start(id: string): Promise<KycCheckReply> {
    const created = await lockCheck(this.database, id);
    if (created) await this.saga.advance(created);
    const now = await lockCheck(this.database, id);
    if (!now) throw new Error('a check vanished while it was started');
    return checkDto(now);
  }

  private async replay({ brand, idempotency }: OrderKycCheck): Promise<Result<KycCheckReply>> {
    const known = await findCheckByKey(this.database, brand, idempotency);
    if (!known) throw new Error('a check vanished while its key was in use');
    if (known.bodySha256 !== idempotency.bodySha256) {
      return refuse('idempotency.key-reused', 'This key came with another body before. Use a new key.');
    }
    return { ok: true, value: { ...checkDto(known), replayed: true } };
  }
}
