// @ts-check
import { say } from './progress.mjs';
import { sleep } from '../servers/processes.cjs';

const firstDelayMs = 50;
const longestDelayMs = 5_000;
/** A process that lived this long was healthy: the next restart is quick again. */
const healthyAfterMs = 15_000;

/**
 * @typedef {object} Running
 * @property {number} pid
 * @property {Promise<number | string | null>} exited
 * @property {() => Promise<void>} stop
 */

/**
 * Keeps one process alive: a dead one is named and started again, at once and then with growing pauses.
 */
export class Supervised {
  /** @type {Running | undefined} */ #running;
  /** Set once a stop was asked for. */ stopping = false;
  #delayMs = firstDelayMs;
  #startedAt = 0;

  /**
   * @param {string} name
   * @param {() => Promise<Running>} start
   */
  constructor(name, start) {
    this.name = name;
    this.start = start;
  }

  /** The first start; its failure is the caller's. */
  async begin() {
    await this.#launch();
    return this;
  }

  async stop() {
    this.stopping = true;
    await this.#running?.stop();
  }

  async #launch() {
    const running = await this.start();
    this.#running = running;
    this.#startedAt = Date.now();
    void running.exited.then((outcome) => this.#ended(outcome));
    // A stop that came while the process was being started has not seen it.
    if (this.stopping) await running.stop();
  }

  /** @param {number | string | null} outcome */
  async #ended(outcome) {
    if (Date.now() - this.#startedAt > healthyAfterMs) this.#delayMs = firstDelayMs;
    if (this.stopping) return;
    say(`  ! ${this.name} died (${String(outcome)}), starting it again in ${this.#delayMs} ms`);
    await sleep(this.#delayMs);
    this.#delayMs = Math.min(Math.max(this.#delayMs * 2, 500), longestDelayMs);
    try {
      await this.#launch();
    } catch (error) {
      this.#startedAt = Date.now();
      await this.#ended(error instanceof Error ? error.message : String(error));
    }
  }
}
