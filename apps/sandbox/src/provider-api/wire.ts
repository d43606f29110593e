import type { Credentials } from '../dialects/dialect';

/** A game as the sandbox's providers know it. */
export interface SandboxGame {
  readonly id: string;
  readonly name: string;
  readonly kind: 'slot' | 'table' | 'live' | 'jackpot' | 'instant';
  /** Per cent. */
  readonly rtp: number;
  readonly volatility: string;
  readonly demo: boolean;
  readonly currencies: readonly string[];
  readonly devices: readonly string[];
  readonly blocked: readonly string[];
  readonly freeRounds: boolean;
}

/** A request to a provider's own API; header names in lower case. */
export interface ApiRequest {
  readonly method: string;
  /** Without the base, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a request asks for, read from a provider's own words. */
export type Asked =
  | { readonly kind: 'list'; readonly page: number }
  | { readonly kind: 'grant'; readonly id: string; readonly rounds: number; readonly playerId: string }
  | { readonly kind: 'cancel'; readonly id: string };

/** How one provider's API is asked and answers: written from its documents, not from the platform. */
export interface ApiWire {
  /** Whether the request is signed, or has the secret, as the provider wants it. */
  trusts(request: ApiRequest, credentials: Credentials): boolean;
  /** Undefined for anything that the API does not have. */
  read(request: ApiRequest): Asked | undefined;
  list(games: readonly SandboxGame[], page: number): string;
  /** `reference`: the provider's own name for the free rounds. */
  granted(reference: string): string;
  cancelled(): string;
  /** A definite no. */
  readonly refused: { readonly status: number; readonly body: string };
}

export function queryOf({ path }: ApiRequest): URLSearchParams {
  return new URLSearchParams(path.split('?')[1] ?? '');
}

/** The one value of a header. */
export function header({ headers }: ApiRequest, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** The fields of a JSON body; none when it is not an object. */
export function jsonOf({ body }: ApiRequest): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A field as text; empty when it is none. */
export function textIn(fields: Readonly<Record<string, unknown>>, key: string): string {
  const value = fields[key];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function isBasic(
  request: ApiRequest,
  user: string | undefined,
  password: string | undefined,
): boolean {
  const expected = Buffer.from(`${user ?? ''}:${password ?? ''}`).toString('base64');
  return header(request, 'authorization') === `Basic ${expected}`;
}
