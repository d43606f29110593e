import { Controller } from '@nestjs/common';
import { gameSessionsCommands, type GameLaunched, type LaunchGame, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { LaunchGameUseCase } from './launch-game';

@Controller()
export class LaunchGameController {
  constructor(private readonly useCase: LaunchGameUseCase) {}

  @Handles(gameSessionsCommands.launchGame)
  handle(request: LaunchGame, { deadline }: RequestContext): Promise<Result<GameLaunched>> {
    return this.useCase.execute(request, deadline);
  }
}
