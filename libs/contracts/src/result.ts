import type { ErrorCode } from './error-codes';

/** The outcome of a decision: refusals are values, faults are thrown. */
export type Result<T, E = Refusal> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** One field that did not pass validation; `path` is a JSON pointer into the request. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/** A definite "no" with a stable code. It crosses the wire as it is; it never carries personal data. */
export interface Refusal {
  readonly code: ErrorCode;
  /** For people; says what to do where something can be done. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Facts that the caller's answer needs, such as the balance beside `wallet.insufficient-funds`. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Set when this is the stored answer of an earlier request with the same idempotency key. */
  readonly replayed?: boolean;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** Builds a refused result. */
export function refuse(
  code: ErrorCode,
  detail: string,
  extra: Omit<Refusal, 'code' | 'detail'> = {},
): { readonly ok: false; readonly error: Refusal } {
  return err({ code, detail, ...extra });
}
