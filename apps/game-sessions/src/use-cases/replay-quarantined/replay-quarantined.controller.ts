import { Controller } from '@nestjs/common';
import {
  providerCommands,
  type CallbackReplayed,
  type ReplayQuarantined,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { ReplayQuarantinedUseCase } from './replay-quarantined';

@Controller()
export class ReplayQuarantinedController {
  constructor(private readonly useCase: ReplayQuarantinedUseCase) {}

  @Handles(providerCommands.replayQuarantined)
  handle(request: ReplayQuarantined, { deadline }: RequestContext): Promise<Result<CallbackReplayed>> {
    return this.useCase.execute(request, deadline);
  }
}
