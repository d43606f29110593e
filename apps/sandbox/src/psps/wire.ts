import { randomBytes } from 'node:crypto';
import { exponentOf } from '@baize/money';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { KeptAnswer } from './answers';
import type { PspDesk } from './desk';
import type { WebhookWire } from './webhooks';

/** Where a PSP sends its webhooks, and with what; named as `.stack/demo.json` names them. */
export interface PspAccess {
  readonly callbackUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
}

/** One PSP's language: the API that merchants call, and how its webhooks are written. */
export interface PspWire extends WebhookWire {
  /** Adds the PSP's API; `pageUrl` is where the payer decides. */
  serve(app: FastifyInstance, desk: PspDesk, pageUrl: (page: string) => string): void;
}

/** @throws Error that names what is missing */
export function need({ credentials }: PspAccess, name: string): string {
  const value = credentials[name];
  if (value === undefined || value === '') throw new Error(`the PSP needs the credential "${name}"`);
  return value;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export function newId(prefix: string, length = 24): string {
  return prefix + [...randomBytes(length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
export function newDigits(length = 16): string {
  return [...randomBytes(length)].map((byte, index) => (index === 0 ? 1 + (byte % 9) : byte % 10)).join('');
}

/** The PSP's minor units of an amount, with its own idea of some currencies' decimals, and back. */
export class PspUnits {
  constructor(private readonly own: Readonly<Record<string, number>>) {}

  to(amount: bigint, currency: string): number {
    const shift = this.shift(currency);
    return Number(shift < 0 ? amount / 10n ** BigInt(-shift) : amount * 10n ** BigInt(shift));
  }

  /** Undefined for what is no amount of a currency that is carried. */
  from(amount: number, currency: string): bigint | undefined {
    if (!Number.isSafeInteger(amount) || amount < 1 || exponentOf(currency) === undefined) return undefined;
    const shift = this.shift(currency);
    const factor = 10n ** BigInt(Math.abs(shift));
    if (shift > 0 && BigInt(amount) % factor !== 0n) return undefined;
    return shift > 0 ? BigInt(amount) / factor : BigInt(amount) * factor;
  }

  private shift(currency: string): number {
    const exponent = exponentOf(currency) ?? 2;
    return (this.own[currency] ?? exponent) - exponent;
  }
}

/** Sends an answer, or cuts the connection where it is to get lost. */
export async function sendAnswer(reply: FastifyReply, answer: KeptAnswer): Promise<FastifyReply> {
  if (answer.lostUntilMs !== undefined && Date.now() < answer.lostUntilMs) {
    reply.hijack();
    reply.raw.destroy();
    return reply;
  }
  return reply.code(answer.status).send(answer.body);
}
