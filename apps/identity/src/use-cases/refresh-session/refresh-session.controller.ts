import {
  identityCommands,
  refuse,
  type RefreshSession,
  type Result,
  type SessionTokens,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { digestOf, issueTokens } from '../../crypto/tokens';
import { endSession } from '../../store/events';
import { findSpentToken, rotateTokens } from '../../store/sessions';

/**
 * Exchanges a refresh token once. One that comes again was stolen, or its thief came first: nobody can tell, so the
 * session ends for both (RFC 9700, 4.14.2).
 */
@Controller()
export class RefreshSessionController {
  constructor(
    private readonly database: Database,
    private readonly config: IdentityConfig,
  ) {}

  @Handles(identityCommands.refreshSession)
  handle({ brand, refreshToken }: RefreshSession): Promise<Result<SessionTokens>> {
    const spent = digestOf(refreshToken);
    return this.database.transactions.run(async (db) => {
      const { tokens, stored } = issueTokens(this.config);
      const session = await rotateTokens(db, brand, spent, stored);
      if (session) return { ok: true, value: { playerId: session.playerId, ...tokens } };
      const reused = await findSpentToken(db, brand, spent);
      if (reused !== undefined) await endSession(db, reused, 'refresh-reuse');
      return refuse('identity.invalid-refresh-token', 'Log in again.');
    });
  }
}
