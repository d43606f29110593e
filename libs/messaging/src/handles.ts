import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import type { RequestContract, Result } from '@baize/contracts';

/** What a handler knows of its request beside the payload. */
export interface RequestContext {
  /** Absolute, epoch milliseconds: after it nobody waits for the answer. */
  readonly deadline: number;
  readonly traceparent?: string;
}

export interface HandlerOptions {
  /** Start even past the deadline: for what must happen anyway, such as wins and rollbacks. */
  acceptLate?: boolean;
}

/** What {@link Handles} leaves on the method for the request server. */
export interface HandlerExtras {
  contract: RequestContract<object, object>;
  options: HandlerOptions;
}

type Handler<Req, Rep> = (request: Req, context: RequestContext) => Promise<Result<Rep>> | Result<Rep>;

/**
 * Marks a controller method as the handler of a request contract. It gets the validated request and returns a
 * result; what it throws is a fault to the caller.
 */
export function Handles<Req extends object, Rep extends object>(
  contract: RequestContract<Req, Rep>,
  options: HandlerOptions = {},
) {
  return <H extends Handler<Req, Rep>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<H>,
  ): void => {
    const extras: HandlerExtras = { contract, options };
    MessagePattern(contract.subject, extras)(target, key, descriptor);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
  };
}
