import {
  exclusionCommands,
  type ApproveLift,
  type LiftDto,
  type RequestLift,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { LiftExclusionUseCase } from './lift-exclusion';

@Controller()
export class LiftExclusionController {
  constructor(private readonly liftExclusion: LiftExclusionUseCase) {}

  @Handles(exclusionCommands.requestLift)
  request(command: RequestLift): Promise<Result<LiftDto>> {
    return this.liftExclusion.request(command);
  }

  @Handles(exclusionCommands.approveLift)
  approve(command: ApproveLift): Promise<Result<LiftDto>> {
    return this.liftExclusion.approve(command);
  }
}
