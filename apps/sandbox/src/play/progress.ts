import { Presets, SingleBar } from 'cli-progress';

const lineEveryMs = 5_000;

/** How far a long task is: a bar on a terminal, a line every few seconds elsewhere. */
export class Progress {
  private readonly bar: SingleBar | undefined;
  private done = 0;
  private saidAt = Date.now();
  private readonly startedAt = Date.now();

  constructor(
    private readonly what: string,
    private readonly total: number,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {
    if (!out.isTTY) return;
    const format = `${what} {bar} {percentage}% | {value}/{total} | {duration_formatted}, {eta_formatted} left`;
    this.bar = new SingleBar({ format, stream: out, fps: 5, hideCursor: true }, Presets.shades_classic);
    this.bar.start(total, 0);
  }

  add(count = 1): void {
    this.done += count;
    if (this.bar) this.bar.update(this.done);
    else if (Date.now() - this.saidAt >= lineEveryMs) this.say();
  }

  end(): void {
    if (this.bar) this.bar.stop();
    else this.say();
  }

  private say(): void {
    this.saidAt = Date.now();
    const seconds = Math.round((this.saidAt - this.startedAt) / 1000);
    this.out.write(`${this.what} ${this.done}/${this.total} after ${seconds} s\n`);
  }
}
