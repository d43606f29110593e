import { paymentCommands, type DepositReply, type RequestDeposit, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { RequestDepositUseCase } from './request-deposit';

@Controller()
export class RequestDepositController {
  constructor(private readonly useCase: RequestDepositUseCase) {}

  @Handles(paymentCommands.requestDeposit)
  handle(command: RequestDeposit): Promise<Result<DepositReply>> {
    return this.useCase.execute(command);
  }
}
