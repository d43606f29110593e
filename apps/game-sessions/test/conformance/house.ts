import { Client } from 'pg';
import { createTestDatabase, migrateService, startService, type TestDatabase } from '@baize/testing';
import { providerApis, startTestService } from '../harness';
import { startProviderApi } from '../provider-api-server';
import { identityAllows, type House } from './table';

interface OpenHouse extends House {
  readonly walletTest: TestDatabase;
}

/** A game-sessions in this process and a wallet in its own, each with its database, and an identity that allows all. */
export async function openHouse(): Promise<OpenHouse> {
  const walletTest = await createTestDatabase({ migrations: [] });
  const api = await startProviderApi();
  const service = await startTestService({ apis: providerApis(api.url) });
  identityAllows(service);
  const env = { DATABASE_URL: walletTest.url, NATS_URL: service.brokerUrl, NATS_USER: 'wallet' };
  migrateService('wallet', { ...env, HTTP_PORT: '0' });
  const startWallet = () => startService('wallet', env);
  const walletDatabase = new Client({ connectionString: walletTest.url });
  await walletDatabase.connect();
  return { service, api, walletDatabase, wallet: await startWallet(), startWallet, walletTest };
}

export async function closeHouse(house: OpenHouse): Promise<void> {
  await house.wallet.stop();
  await house.walletDatabase.end();
  await house.service.stop();
  await house.api.stop();
  await house.walletTest.drop();
}
