import { identityCommands } from '@baize/contracts';
import { providerNames, type ProviderName } from '../../apps/sandbox/src/dialects/dialect';
import { pspNames, type PspName } from '../../apps/sandbox/src/psps/payment';
import { operator, type Guest, type Table, type Tokens } from './guest';

/** What somebody has begun before being restricted: games, payments, sessions. */
export interface Ready {
  readonly guest: Guest;
  readonly tokens: Tokens;
  /** A session for each attempt to refresh one, by the attempt's name. */
  readonly toRefresh: ReadonlyMap<string, Tokens>;
  readonly tables: ReadonlyMap<ProviderName, Table>;
  /** Deposits that wait for their payer; the page is where it is paid. */
  readonly deposits: ReadonlyMap<PspName, { readonly id: string; readonly page: string }>;
  readonly withdrawalId: string;
}

const refreshes = [
  ...['client', 'player', 'browser'].map((way) => `refreshSession by ${way}`),
  identityCommands.refreshSession.subject,
];

/** Bets that were placed before the restriction. */
export const stakesBefore = 2 * providerNames.length;

export async function makeReady(guest: Guest): Promise<Ready> {
  const tokens = await guest.logIn();
  const toRefresh = new Map<string, Tokens>();
  for (const name of refreshes) toRefresh.set(name, await guest.logIn());
  const tables = new Map<ProviderName, Table>();
  for (const provider of providerNames) tables.set(provider, await guest.sit(provider));
  const deposits = new Map<PspName, { id: string; page: string }>();
  for (const psp of pspNames) deposits.set(psp, await guest.beginDeposit(psp));
  const path = `/v1/players/${guest.id}/withdrawals`;
  const { id } = await guest.platform.done(operator, 'POST', path, guest.withdrawalForm());
  return { guest, tokens, toRefresh, tables, deposits, withdrawalId: String(id) };
}

/** Somebody who has begun nothing. */
export function merely(guest: Guest): Ready {
  const none = new Map<never, never>();
  const tokens = { accessToken: '', refreshToken: '' };
  return { guest, tokens, toRefresh: none, tables: none, deposits: none, withdrawalId: '' };
}
