import type { Server } from 'node:http';
import { collectDefaultMetrics } from 'prom-client';
import { listenHealth } from './health-server';
import type { Checks, Health } from './health-server';
import { createLogger } from './logger';
import type { Logger } from './logger';
import { startTracing } from './tracing';

/** What a started service hands back. */
export interface RunningService {
  /** Run on every readiness probe. */
  checks: Checks;
  /** Stops taking work, finishes what is in hand, closes everything. Bounded by 20 s. */
  stop: () => Promise<void>;
}

/** What a service may use while it starts and runs. */
export interface Lifecycle {
  log: Logger;
  /** Aborted when the process was asked to stop. */
  stopping: AbortSignal;
}

export interface ServiceOptions {
  name: string;
  /** Port of health and metrics. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  log?: Logger;
  start: (lifecycle: Lifecycle) => Promise<RunningService>;
}

const STOP_TIMEOUT_MS = 20_000;

/**
 * The life of a service process: health and metrics at once (live, not ready), `start()`, ready; on SIGTERM
 * or SIGINT not ready, `stop()`, exit 0. An unhandled error, a failed start or a stop that takes more than
 * 20 s is logged and exits 1, so that a supervisor starts a clean process.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const log = options.log ?? createLogger(options.name);
  const stopping = new AbortController();
  const health: Health = { checks: undefined };
  let server: Server | undefined;
  const fail = (what: string) => (error: unknown) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', fail('uncaught exception'));
  process.on('unhandledRejection', fail('unhandled rejection'));
  startTracing();
  collectDefaultMetrics();
  const started = (async () => {
    server = await listenHealth(health, options.port, options.host ?? '127.0.0.1');
    return options.start({ log, stopping: stopping.signal });
  })();
  const stop = () => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    health.checks = undefined;
    setTimeout(() => fail('stopping took too long')(undefined), STOP_TIMEOUT_MS).unref();
    started
      .then((service) => service.stop())
      .then(() => {
        server?.close();
        log.info(`${options.name} stopped`);
        process.exit(0);
      })
      .catch(fail('stopping failed'));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    const service = await started;
    if (stopping.signal.aborted) return;
    health.checks = service.checks;
    log.info({ port: options.port }, `${options.name} ready`);
  } catch (error) {
    fail(`${options.name} could not start`)(error);
  }
}
