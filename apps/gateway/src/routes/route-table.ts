import { openApiOf } from '../docs/openapi';
import type { Route } from '../http/route';
import { accountRoutes } from './accounts';
import { auditRoutes } from './audit';
import { catalogueRoutes } from './catalogue';
import { freeRoundRoutes } from './free-rounds';
import { gameRoutes } from './games';
import { identityRoutes } from './identity';
import { kycRoutes } from './kyc';
import { ledgerRoutes } from './ledger';
import { paymentRoutes } from './payments';
import { type PublicParts, publicRoutes } from './public';
import { providerRoutes } from './providers';
import { roundRoutes } from './rounds';
import { screeningRoutes } from './screening';
import { staffRoutes } from './staff';
import { limitRoutes } from './limits';
import { restrictionRoutes } from './restrictions';
import { walletRoutes } from './wallet';

/** Every operation of the edge. Nothing else is mounted, and the published document is made from this. */
export function routeTable(parts: Omit<PublicParts, 'openApi'>): readonly Route[] {
  let document: string | undefined;
  const openApi = (): string => (document ??= JSON.stringify(openApiOf(routes)));
  const routes: readonly Route[] = [
    ...identityRoutes,
    ...walletRoutes,
    ...catalogueRoutes,
    ...ledgerRoutes,
    ...paymentRoutes,
    ...gameRoutes,
    ...freeRoundRoutes,
    ...auditRoutes,
    ...roundRoutes,
    ...providerRoutes,
    ...screeningRoutes,
    ...accountRoutes,
    ...staffRoutes,
    ...restrictionRoutes,
    ...limitRoutes,
    ...kycRoutes,
    ...publicRoutes({ ...parts, openApi }),
  ];
  return routes;
}
