import { walletCommands, type MovementsPosted, type PostMovements, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { PostMovementsUseCase } from './post-movements';

@Controller()
export class PostMovementsController {
  constructor(private readonly postMovements: PostMovementsUseCase) {}

  // Late calls are taken: the engine turns late stakes away, wins and rollbacks are posted however late.
  @Handles(walletCommands.post, { acceptLate: true })
  handle(command: PostMovements, context: RequestContext): Promise<Result<MovementsPosted>> {
    return this.postMovements.execute(command, context.deadline, context.traceparent);
  }
}
