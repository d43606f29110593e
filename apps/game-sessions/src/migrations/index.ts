import { CatalogueSessionsRounds1700000000001 } from './0001-catalogue-sessions-rounds';

/** In the order in which they run. */
export const migrations = [CatalogueSessionsRounds1700000000001];
