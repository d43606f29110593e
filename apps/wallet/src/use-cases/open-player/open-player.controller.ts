import { walletCommands, type OpenPlayer, type PlayerOpened, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { OpenPlayerUseCase } from './open-player';

@Controller()
export class OpenPlayerController {
  constructor(private readonly openPlayer: OpenPlayerUseCase) {}

  @Handles(walletCommands.openPlayer)
  handle(command: OpenPlayer): Promise<Result<PlayerOpened>> {
    return this.openPlayer.execute(command);
  }
}
