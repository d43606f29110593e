import { Controller } from '@nestjs/common';
import { gameSessionsQueries, type GamePage, type ListGames, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { ListGamesUseCase } from './list-games';

@Controller()
export class ListGamesController {
  constructor(private readonly useCase: ListGamesUseCase) {}

  @Handles(gameSessionsQueries.listGames)
  handle(request: ListGames): Result<GamePage> {
    return this.useCase.execute(request);
  }
}
