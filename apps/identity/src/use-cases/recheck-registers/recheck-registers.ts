import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { AskRegister } from '../../ask-register';
import {
  claimDueAnswers,
  findAskedPlayer,
  forgetRegisterAnswer,
  type DuePlayer,
} from '../../store/register-answers';

const batch = 10;
/** Until an account whose register gave no definite answer is asked about again. */
const againMs = 300_000;
const patienceMs = 5_000;

/** Asks again about every account whose last answer is older than the market allows, played with or not. */
@Injectable()
export class RecheckRegisters {
  constructor(
    private readonly database: Database,
    private readonly register: AskRegister,
  ) {}

  /** One round; goes on in the next one. */
  async run(): Promise<void> {
    const due = await claimDueAnswers(this.database, againMs, batch);
    const done = await Promise.allSettled(due.map((player) => this.recheck(player)));
    const failed = done.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async recheck({ playerId, country }: DuePlayer): Promise<void> {
    const isOver = !(await findAskedPlayer(this.database, playerId));
    if (isOver) await forgetRegisterAnswer(this.database, playerId);
    else await this.register.check(playerId, country, Date.now() + patienceMs);
  }
}
