import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { geoCommands, geoEvents, type CheckLocation } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { codeOf, quietLog, Surroundings } from '../../../test/identity-fixture';
import { IdentityConfig } from '../../config';
import { startIdentity } from '../../service';

describe('check-location', () => {
  let around: Surroundings;
  let identity: RunningService;
  beforeAll(async () => {
    around = await Surroundings.start();
    const file = join(mkdtempSync(join(tmpdir(), 'geo-')), 'hosting.txt');
    writeFileSync(file, '# a data centre\n193.188.34.0/24\n');
    const environment = around.environment({ HOSTING_NETWORKS_FILE: file });
    identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  it('lets home and loopback pass, publishes what is odd, and refuses closed countries', async () => {
    const { id: playerId } = await around.registered();
    const check = async (action: CheckLocation['action'], ip: string) =>
      codeOf(await around.client.call(geoCommands.checkLocation, { brand: 'demo', playerId, action, ip }));
    expect(await check('launch', '127.0.0.1')).toBe('ok');
    expect(await check('deposit', '8.8.8.8')).toBe('identity.location-not-allowed');
    expect(await check('login', '8.8.8.8')).toBe('ok');
    expect(await check('launch', '193.188.34.1')).toBe('ok');
    const { type } = geoEvents.locationMismatched;
    await waitFor(() => around.dataOf(type).length >= 3);
    expect(around.dataOf(type)).toMatchObject([
      { action: 'deposit', reasons: ['closed-country'], country: 'US', residence: 'MT', refused: true },
      { action: 'login', reasons: ['closed-country'], refused: false },
      { action: 'launch', reasons: ['hosting-network'], country: 'MT', refused: false },
    ]);
    expect(JSON.stringify(around.dataOf(type))).not.toContain('8.8.8.8');
  });

  it('refuses hosting networks where the market does, and starts with no bad list', async () => {
    const { id: playerId } = await around.registered(around.form({ country: 'DE' }));
    const check = async (action: CheckLocation['action']) =>
      codeOf(
        await around.client.call(geoCommands.checkLocation, {
          ...{ brand: 'demo', playerId, action, ip: '193.188.34.1' },
        }),
      );
    expect(await check('login')).toBe('ok');
    for (const action of ['launch', 'deposit'] as const)
      expect(await check(action)).toBe('identity.location-not-allowed');
    const missing = loadConfig(IdentityConfig, around.environment({ HOSTING_NETWORKS_FILE: '/nowhere.txt' }));
    await expect(startIdentity(missing, quietLog())).rejects.toThrow('HOSTING_NETWORKS_FILE');
  });
});
