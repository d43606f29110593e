import { Controller } from '@nestjs/common';
import {
  gameSessionsCommands,
  type FreeRoundsGranted,
  type GrantFreeRounds,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { GrantFreeRoundsUseCase } from './grant-free-rounds';

@Controller()
export class GrantFreeRoundsController {
  constructor(private readonly useCase: GrantFreeRoundsUseCase) {}

  @Handles(gameSessionsCommands.grantFreeRounds)
  handle(request: GrantFreeRounds, { deadline }: RequestContext): Promise<Result<FreeRoundsGranted>> {
    return this.useCase.execute(request, deadline);
  }
}
