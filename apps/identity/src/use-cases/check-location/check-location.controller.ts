import {
  geoCommands,
  geoEvents,
  refuse,
  type CheckLocation,
  type Done,
  type LocationMismatched,
  type Result,
} from '@baize/contracts';
import { activeTraceparent, Handles } from '@baize/messaging';
import { addToOutbox, Database } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Controller } from '@nestjs/common';
import { GeoDatabase } from '../../adapters/geo/geo-database';
import { decidePlace } from '../../domain/geo';
import { currentMarketPolicy as policy } from '../../domain/market-policies';
import { marketOf } from '../../domain/market-policy';
import { findStanding } from '../../store/players';

@Controller()
export class CheckLocationController {
  constructor(
    private readonly database: Database,
    private readonly geo: GeoDatabase,
  ) {}

  @Handles(geoCommands.checkLocation)
  async handle({ brand, playerId, action, ip }: CheckLocation): Promise<Result<Done>> {
    const standing = await findStanding(this.database, playerId, brand);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const { country: residence } = standing;
    const rule = marketOf(policy, residence)?.geo[action];
    const place = this.geo.find(ip);
    if (!rule) return { ok: true, value: {} };
    const { verdict, reasons } = decidePlace(rule, place, residence, policy);
    if (verdict === 'allow') return { ok: true, value: {} };
    const refused = verdict === 'refuse';
    await this.publish({
      ...{ playerId, brand, action, reasons, residence, refused },
      ...(place.country !== undefined && { country: place.country }),
      occurredAt: systemClock.now().toISOString(),
    });
    if (!refused) return { ok: true, value: {} };
    return refuse('identity.location-not-allowed', 'This is not offered where you are.', {
      data: { reasons },
    });
  }

  private async publish(data: LocationMismatched): Promise<void> {
    const { playerId } = data;
    const contract = geoEvents.locationMismatched;
    const event = {
      contract,
      subject: playerId,
      partitionKey: playerId,
      data,
      traceparent: activeTraceparent(),
    };
    await this.database.transactions.run((db) => addToOutbox(db, [event]));
  }
}
