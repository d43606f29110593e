import type { ProviderName } from '../dialects/dialect';
import type { OperatorClient } from '../platform/operator-client';

/** Opens breakers by hand. A breaker is everybody's: of each provider's, one player at a time has the turn. */
export class Breakers {
  private readonly turns = new Map<ProviderName, Promise<unknown>>();

  constructor(private readonly operator: OperatorClient) {}

  /** Does the work while the breaker is open. */
  whileOpen(provider: ProviderName, work: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(provider) ?? Promise.resolve()).then(async () => {
      await this.operator.setBreaker(provider, 'open');
      try {
        await work();
      } finally {
        await this.operator.setBreaker(provider, 'close');
      }
    });
    this.turns.set(
      provider,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
