import { exclusionCommands, type LinkPlayers, type PlayersLinked, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { LinkPlayersUseCase } from './link-players';

@Controller()
export class LinkPlayersController {
  constructor(private readonly linkPlayers: LinkPlayersUseCase) {}

  @Handles(exclusionCommands.linkPlayers)
  handle(command: LinkPlayers, { deadline }: RequestContext): Promise<Result<PlayersLinked>> {
    return this.linkPlayers.execute(command, deadline);
  }
}
