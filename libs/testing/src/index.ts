export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './database';
export { playFence } from './fence';
export {
  migrateService,
  startProcess,
  startService,
  type ProcessOptions,
  type RunningProcess,
  type RunningService,
} from './process';
export {
  startNatsServer,
  startPostgres,
  testBroker,
  type NatsServerOptions,
  type PostgresServerOptions,
  type PrivateServer,
} from './servers';
export { freePort } from './ports';
export { waitFor } from '../../../tools/servers/processes.cjs';
export { zoneAtNoon } from './zone-at-noon';
