import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

export interface KycAccess {
  readonly callbackUrl: string;
  readonly credentials: Readonly<Record<string, string>>;
}
export type Answer = 'approve' | 'decline' | 'retry';

/** Somebody whose documents are looked at. */
export interface Applicant {
  readonly id: string;
  /** What the platform calls it. */
  readonly subject: string;
  readonly createdAt: Date;
  decision?: { readonly answer: Answer; readonly at: Date };
}

export interface Webhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes in, with its raw body. */
export interface VendorCall {
  readonly method: string;
  readonly path: string;
  readonly headers: FastifyRequest['headers'];
  readonly body: string;
}
export interface VendorAnswer {
  readonly status: number;
  readonly json: object;
}

/** The applicants of one vendor, by its own id. */
export class Applicants {
  private readonly byId = new Map<string, Applicant>();

  add(applicant: Applicant): Applicant {
    this.byId.set(applicant.id, applicant);
    return applicant;
  }
  /** By the vendor's id or by ours; the newest of several. */
  find(name: string): Applicant | undefined {
    return this.byId.get(name) ?? [...this.byId.values()].reverse().find(({ subject }) => subject === name);
  }
}

/** A vendor on its own wire format. */
export interface KycWire {
  readonly applicants: Applicants;
  answer(call: VendorCall): VendorAnswer;
  /** Signed over exactly these bytes. */
  webhook(applicant: Applicant, answer: Answer | 'pending', at: Date): Webhook;
}

export function hmacHex(secret: string, data: string): string {
  return createHmac('sha256', secret).update(data).digest('hex');
}

export function textOf(json: string, key: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(json) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
