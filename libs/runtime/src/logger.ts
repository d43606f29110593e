import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { DestinationStream, Logger } from 'pino';
import { redact } from './redact';
import { traceId } from './tracing';

export type { Logger };

/**
 * JSON lines on stdout with the service, the trace id of the active context, and neither secrets nor
 * personal data. The level is `LOG_LEVEL` (default info).
 */
export function createLogger(service: string, destination?: DestinationStream): Logger {
  const options = {
    level: process.env.LOG_LEVEL || 'info',
    base: { service },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    // pino would otherwise expand errors with all their own fields before the redaction sees them
    serializers: { err: (error: unknown) => error, error: (error: unknown) => error },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: (entry: object) => redact(entry) as Record<string, unknown>,
    },
    mixin: () => {
      const id = traceId();
      return id === undefined ? {} : { traceId: id };
    },
  };
  const log = destination === undefined ? pino(options) : pino(options, destination);
  return redactChildren(log);
}

/** pino leaves the bindings of child loggers to the caller; here they are redacted like any entry. */
function redactChildren(log: Logger): Logger {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- Reflect.apply gives it its `this`
  const { child } = log;
  log.child = function <L extends string = never>(this: Logger, ...args: Parameters<Logger['child']>) {
    const [bindings, ...options] = args;
    return Reflect.apply(child, this, [redact(bindings), ...options]) as Logger<L>;
  };
  return log;
}

/** Lets Nest write through the service's logger; its chatter about modules and routes goes to debug. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = rest.at(-1);
      const fields = typeof context === 'string' ? { context } : {};
      if (message instanceof Error) logger[level]({ ...fields, err: message }, message.message);
      else if (typeof message === 'object') logger[level]({ ...fields, detail: message });
      else logger[level](withStack(fields, rest), typeof message === 'string' ? message : 'no message');
    };
  return {
    log: write('debug'),
    debug: write('debug'),
    verbose: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
}

/** Nest passes an error as (message, stack, context). */
function withStack(fields: object, rest: unknown[]): object {
  const [stack] = rest;
  return rest.length > 1 && typeof stack === 'string' ? { ...fields, stack } : fields;
}
