import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GameSessionsConfig, readProviders } from './config';

const folder = mkdtempSync(join(tmpdir(), 'game-sessions-config-'));
function providersOf(file: unknown, launchBaseUrls?: string) {
  const path = join(folder, 'providers.json');
  writeFileSync(path, typeof file === 'string' ? file : JSON.stringify(file));
  const config = Object.assign(new GameSessionsConfig(), { gameSessionsConfig: path });
  if (launchBaseUrls !== undefined) config.launchBaseUrls = launchBaseUrls;
  return readProviders(config);
}
const brandWith = (providers: object) => ({ brands: { demo: { providers } } });
const softswiss = { secret: 'a-long-secret' };

describe('the providers file', () => {
  it('gives each brand its own providers and keys', () => {
    const providers = providersOf({
      brands: {
        a: { providers: { softswiss } },
        b: { providers: { evolution: { authToken: 'a-long-token' } } },
      },
    });
    expect(providers.find('a', 'softswiss')?.dialect.provider).toBe('softswiss');
    expect(providers.find('a', 'evolution')).toBeUndefined();
    expect(providers.find('b', 'evolution')).toBeDefined();
    expect(providers.find('c', 'softswiss')).toBeUndefined();
    expect(providers.dialects().map(({ provider }) => provider)).toEqual(['softswiss', 'evolution']);
  });

  it('takes launch URLs from the file or, first, from the environment', () => {
    const file = brandWith({ softswiss: { ...softswiss, launchUrl: 'https://games.example/play' } });
    expect(providersOf(file).find('demo', 'softswiss')?.launchUrl).toBe('https://games.example/play');
    const urls = '{"softswiss":"http://127.0.0.1:1/x"}';
    expect(providersOf(file, urls).find('demo', 'softswiss')?.launchUrl).toBe('http://127.0.0.1:1/x');
  });

  it('names every bad entry at once, and never a value', () => {
    const file = brandWith({ softswiss: { secret: 'short' }, nobody: {}, evolution: { authToken: 7 } });
    expect(() => providersOf(file)).toThrow(
      /demo\/softswiss.*\n.*demo\/nobody.*no such dialect.*\n.*demo\/evolution/,
    );
    expect(() => providersOf(file)).not.toThrow(/short/);
  });

  it.each([
    ['not JSON', '{', undefined, /GAME_SESSIONS_CONFIG: is not JSON/],
    ['of another form', '{"brands":{"demo":{}}}', undefined, /GAME_SESSIONS_CONFIG: must be/],
    ['beside bad URLs', '{"brands":{}}', '[]', /LAUNCH_BASE_URLS: must be/],
    [
      'with a launch URL that is none',
      brandWith({ softswiss: { ...softswiss, launchUrl: 'x' } }),
      undefined,
      /launchUrl/,
    ],
  ])('is refused when it is %s', (_what, file, urls, message) => {
    expect(() => providersOf(file, urls)).toThrow(message);
  });

  it('must be there', () => {
    const config = Object.assign(new GameSessionsConfig(), {
      gameSessionsConfig: join(folder, 'missing.json'),
    });
    expect(() => readProviders(config)).toThrow('GAME_SESSIONS_CONFIG: there is no such file');
  });
});
