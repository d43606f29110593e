import {
  identityQueries,
  refuse,
  type AuthenticatedSession,
  type AuthenticateSession,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { digestOf } from '../../crypto/tokens';
import { findLivingSession } from '../../store/sessions';

@Controller()
export class AuthenticateSessionController {
  constructor(private readonly database: Database) {}

  /** Reads the database each time: a token stops with the commit that revokes it or restricts its player. */
  @Handles(identityQueries.authenticateSession)
  async handle({ accessToken }: AuthenticateSession): Promise<Result<AuthenticatedSession>> {
    const session = await findLivingSession(this.database, digestOf(accessToken));
    if (session) return { ok: true, value: session };
    return refuse('auth.invalid-token', 'The access token is unknown, expired or revoked.');
  }
}
