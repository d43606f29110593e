import {
  paymentCommands,
  type CallbackAnswer,
  type HandlePaymentCallback,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { HandlePaymentCallbackUseCase } from './handle-payment-callback';

@Controller()
export class HandlePaymentCallbackController {
  constructor(private readonly useCase: HandlePaymentCallbackUseCase) {}

  // What a PSP tells is true however late it comes.
  @Handles(paymentCommands.handlePaymentCallback, { acceptLate: true })
  handle(command: HandlePaymentCallback): Promise<Result<CallbackAnswer>> {
    return this.useCase.execute(command);
  }
}
