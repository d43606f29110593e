import { Controller } from '@nestjs/common';
import {
  gameSessionsCommands,
  type CallbackAnswer,
  type HandleCallback,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { HandleCallbackUseCase } from './handle-callback';

@Controller()
export class HandleCallbackController {
  constructor(private readonly useCase: HandleCallbackUseCase) {}

  // Late calls are looked at: wins and rollbacks are still posted, bets are not started.
  @Handles(gameSessionsCommands.handleCallback, { acceptLate: true })
  handle(request: HandleCallback, { deadline }: RequestContext): Promise<Result<CallbackAnswer>> {
    return this.useCase.execute(request, deadline);
  }
}
