import {
  walletCommands,
  type AdjustBalance,
  type AdjustmentReply,
  type ApproveAdjustment,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Controller } from '@nestjs/common';
import { AdjustBalanceUseCase } from './adjust-balance';

@Controller()
export class AdjustBalanceController {
  constructor(private readonly useCase: AdjustBalanceUseCase) {}

  @Handles(walletCommands.adjustBalance)
  adjust(command: AdjustBalance): Promise<Result<AdjustmentReply>> {
    return this.useCase.adjust(command);
  }

  @Handles(walletCommands.approveAdjustment)
  approve(command: ApproveAdjustment): Promise<Result<AdjustmentReply>> {
    return this.useCase.approve(command);
  }
}
