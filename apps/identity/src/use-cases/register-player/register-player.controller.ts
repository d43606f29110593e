import {
  identityCommands,
  type PlayerRegisteredReply,
  type RegisterPlayer,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { counter } from '@baize/runtime';
import { Controller } from '@nestjs/common';
import { RegisterPlayerUseCase } from './register-player';

const registrations = counter('identity_registrations_total', 'Registrations by outcome.', ['outcome']);

@Controller()
export class RegisterPlayerController {
  constructor(private readonly registerPlayer: RegisterPlayerUseCase) {}

  @Handles(identityCommands.registerPlayer)
  async handle(command: RegisterPlayer, context: RequestContext): Promise<Result<PlayerRegisteredReply>> {
    const answer = await this.registerPlayer.execute(command, context.deadline);
    registrations.inc({ outcome: answer.ok ? 'ok' : answer.error.code });
    return answer;
  }
}
