import { Controller } from '@nestjs/common';
import { roundCommands, type ResolveRound, type Result, type RoundResolved } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { ResolveRoundUseCase } from './resolve-round';

@Controller()
export class ResolveRoundController {
  constructor(private readonly useCase: ResolveRoundUseCase) {}

  @Handles(roundCommands.resolveRound)
  handle(request: ResolveRound, { deadline }: RequestContext): Promise<Result<RoundResolved>> {
    return this.useCase.execute(request, deadline);
  }
}
