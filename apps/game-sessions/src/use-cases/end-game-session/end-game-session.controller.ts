import { Controller } from '@nestjs/common';
import { gameSessionsCommands, type Done, type EndGameSession, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { EndGameSessionUseCase } from './end-game-session';

@Controller()
export class EndGameSessionController {
  constructor(private readonly useCase: EndGameSessionUseCase) {}

  @Handles(gameSessionsCommands.endGameSession)
  handle(request: EndGameSession): Promise<Result<Done>> {
    return this.useCase.execute(request);
  }
}
