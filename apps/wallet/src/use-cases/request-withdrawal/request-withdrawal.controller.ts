import { paymentCommands, type PaymentReply, type RequestWithdrawal, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { RequestWithdrawalUseCase } from './request-withdrawal';

@Controller()
export class RequestWithdrawalController {
  constructor(private readonly useCase: RequestWithdrawalUseCase) {}

  @Handles(paymentCommands.requestWithdrawal)
  handle(command: RequestWithdrawal): Promise<Result<PaymentReply>> {
    return this.useCase.execute(command);
  }
}
