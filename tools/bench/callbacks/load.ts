import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Benchmark } from '../frame/benchmark';
import type { AskedMovement, LoadOrder, LoadSlice, LoadTarget, Pace } from './movements';

/** The load generator: a process of its own, so that its work shows apart from that of the sides. */
export class Load {
  private readonly ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = once(child, 'exit').then(() => {
      throw new Error('the load generator ended');
    });
    // It ends after the last order too.
    this.ended.catch(() => undefined);
  }

  static start(benchmark: Benchmark): Load {
    const child = fork(join(__dirname, 'load-generator.ts'), {
      execArgv: ['-r', join(__dirname, '../register.cjs')],
      // Accounts of some 100,000 movements come back: structured clone takes less than JSON.
      serialization: 'advanced',
    });
    benchmark.atEnd(() => void child.kill());
    return new Load(child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async aim(side: string, target: LoadTarget, connections: number): Promise<void> {
    await this.tell({ order: 'aim', side, target, connections });
  }

  async fire(side: string, seconds: number, pace: Pace = {}): Promise<LoadSlice> {
    return (await this.tell({ order: 'fire', side, seconds, ...pace })) as LoadSlice;
  }

  /** Every movement asked for at that side since it was aimed at. */
  async account(side: string): Promise<AskedMovement[]> {
    return (await this.tell({ order: 'account', side })) as AskedMovement[];
  }

  private async tell(order: LoadOrder): Promise<unknown> {
    const answered = once(this.child, 'message') as Promise<[{ answer: unknown }]>;
    this.child.send(order);
    const [{ answer }] = await Promise.race([answered, this.ended]);
    return answer;
  }
}
