import { exclusionCommands, type CreateExclusion, type ExclusionDto, type Result } from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { ExcludePersonUseCase } from './exclude-person';

@Controller()
export class ExcludePersonController {
  constructor(private readonly excludePerson: ExcludePersonUseCase) {}

  @Handles(exclusionCommands.createExclusion)
  handle(command: CreateExclusion, { deadline }: RequestContext): Promise<Result<ExclusionDto>> {
    return this.excludePerson.execute(command, deadline);
  }
}
