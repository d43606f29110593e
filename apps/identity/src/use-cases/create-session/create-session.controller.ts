import { identityCommands, type CreateSession, type Result, type SessionTokens } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { counter } from '@baize/runtime';
import { Controller } from '@nestjs/common';
import { CreateSessionUseCase } from './create-session';

const logins = counter('identity_logins_total', 'Logins by outcome.', ['outcome']);

@Controller()
export class CreateSessionController {
  constructor(private readonly createSession: CreateSessionUseCase) {}

  @Handles(identityCommands.createSession)
  async handle(command: CreateSession, context: RequestContext): Promise<Result<SessionTokens>> {
    const answer = await this.createSession.execute(command, context.deadline);
    logins.inc({ outcome: answer.ok ? 'ok' : answer.error.code });
    return answer;
  }
}
