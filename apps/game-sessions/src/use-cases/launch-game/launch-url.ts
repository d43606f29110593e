import type { LaunchForm } from '@baize/contracts';

const defaultLocale = 'en';

/** What a provider's page is told of a launch. */
export interface LaunchedPage {
  readonly token: string;
  readonly providerGameId: string;
  readonly form: LaunchForm;
  readonly currency: string;
  readonly realityCheckMinutes: number | undefined;
}

/** The address that the player's browser opens: the configured one with the launch in its query. */
export function launchUrlOf(base: string, launch: LaunchedPage): string {
  const { form } = launch;
  const url = new URL(base);
  const query = url.searchParams;
  query.set('token', launch.token);
  query.set('player', form.playerId);
  query.set('game', launch.providerGameId);
  query.set('currency', launch.currency);
  query.set('locale', form.locale ?? defaultLocale);
  query.set('mode', form.mode);
  if (form.device !== undefined) query.set('device', form.device);
  if (form.returnUrl !== undefined) query.set('returnUrl', form.returnUrl);
  if (form.lobbyUrl !== undefined) query.set('lobbyUrl', form.lobbyUrl);
  if (form.cashierUrl !== undefined) query.set('cashierUrl', form.cashierUrl);
  if (launch.realityCheckMinutes !== undefined)
    query.set('realityCheckMinutes', String(launch.realityCheckMinutes));
  return url.href;
}
