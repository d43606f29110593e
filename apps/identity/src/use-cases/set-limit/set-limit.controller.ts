import { exclusionCommands, type LimitChange, type Result, type SetLimit } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { SetLimitUseCase } from './set-limit';

@Controller()
export class SetLimitController {
  constructor(private readonly setLimit: SetLimitUseCase) {}

  @Handles(exclusionCommands.setLimit)
  handle(command: SetLimit, { deadline }: RequestContext): Promise<Result<LimitChange>> {
    return this.setLimit.execute(command, deadline);
  }
}
