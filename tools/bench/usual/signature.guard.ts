import { createHmac, timingSafeEqual } from 'node:crypto';
import { ForbiddenException, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { RawBodyRequest } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';

/** `X-REQUEST-SIGN` is the hex HMAC-SHA256 of the raw body. */
@Injectable()
export class SignatureGuard implements CanActivate {
  private readonly secret = process.env.SOFTSWISS_SECRET ?? '';

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<RawBodyRequest<IncomingMessage>>();
    const expected = createHmac('sha256', this.secret)
      .update(request.rawBody ?? '')
      .digest('hex');
    const given = request.headers['x-request-sign'];
    const matches =
      typeof given === 'string' &&
      given.length === expected.length &&
      timingSafeEqual(Buffer.from(given), Buffer.from(expected));
    if (!matches) throw new ForbiddenException({ code: 403, message: 'Invalid signature' });
    return true;
  }
}
