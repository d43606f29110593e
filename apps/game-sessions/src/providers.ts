import { dialects } from './adapters/registry';
import type { Dialect, ProviderCall } from './domain/dialect';
import type { ProviderApi } from './domain/provider-api';
import { readSessionPolicy, type SessionPolicy } from './domain/session-policy';
import type { KeptCall } from './domain/kept-call';
import { roundPolicies, type RoundPolicy } from './domain/round-policy';

/** One provider of one brand: its dialect with that brand's keys. */
export interface BrandProvider {
  readonly dialect: Dialect;
  /** Where its games are launched; absent when launches are not configured. */
  readonly launchUrl?: string;
  /** The provider's own API; absent when it is not configured. */
  readonly api?: ConfiguredApi;
  verify(call: ProviderCall, nowMs: number): boolean;
}
/** The API of a provider with one brand's keys, and where it is. */
export interface ConfiguredApi extends ProviderApi {
  readonly brand: string;
  readonly baseUrl: string;
  /** What new games are offered in when the provider's list does not say it. */
  readonly currencies: readonly string[];
}
type ProviderSettings = Readonly<Record<string, unknown>> & {
  readonly launchUrl?: unknown;
  readonly api?: unknown;
};
/** Until a brand's settings say something else. */
export const defaultSessionPolicy: SessionPolicy = {
  concurrent: 'any',
  onConflict: 'newest-wins',
  maxMinutes: 480,
  idleMinutes: 120,
};

/** Contents of the file that GAME_SESSIONS_CONFIG names; credentials are those of each dialect. */
export interface ProvidersFile {
  readonly brands: Readonly<
    Record<
      string,
      { readonly providers: Readonly<Record<string, ProviderSettings>>; readonly sessions?: unknown }
    >
  >;
}

/** The configured providers of every brand; keys are prepared once, at start. */
export class Providers {
  private readonly byBrand = new Map<string, Map<string, BrandProvider>>();
  private readonly policies = new Map<string, SessionPolicy>();

  /** @throws Error that names every bad entry */
  constructor(
    file: ProvidersFile,
    launchBaseUrls: Readonly<Record<string, string>> = {},
    sessions: SessionPolicy = defaultSessionPolicy,
  ) {
    const problems: string[] = [];
    for (const [brand, settings] of Object.entries(file.brands)) {
      const { providers } = settings;
      try {
        this.policies.set(brand, readSessionPolicy(settings.sessions, sessions));
      } catch (error) {
        problems.push(`${brand}: ${error instanceof Error ? error.message : 'cannot be read'}`);
      }
      const known = new Map<string, BrandProvider>();
      for (const [name, settings] of Object.entries(providers)) {
        try {
          known.set(name, prepare({ brand, name }, settings, launchBaseUrls[name]));
        } catch (error) {
          problems.push(`${brand}/${name}: ${error instanceof Error ? error.message : 'cannot be read'}`);
        }
      }
      this.byBrand.set(brand, known);
    }
    if (problems.length > 0)
      throw new Error(`bad providers:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }

  find(brand: string, provider: string): BrandProvider | undefined {
    return this.byBrand.get(brand)?.get(provider);
  }

  /** The rules of the brand's sessions. */
  sessionPolicy(brand: string): SessionPolicy {
    return this.policies.get(brand) ?? defaultSessionPolicy;
  }

  /** The API of a provider as each brand that has it is known there. */
  apisOf(provider: string): readonly ConfiguredApi[] {
    return [...this.byBrand.values()].flatMap((providers) => providers.get(provider)?.api ?? []);
  }

  /** Every provider of every brand. */
  keys(): { brand: string; provider: string }[] {
    return [...this.byBrand].flatMap(([brand, known]) =>
      [...known.keys()].map((provider) => ({ brand, provider })),
    );
  }

  /** Every dialect that some brand has configured. */
  dialects(): readonly Dialect[] {
    const used = new Set([...this.byBrand.values()].flatMap((providers) => [...providers.keys()]));
    return dialects.filter(({ provider }) => used.has(provider));
  }
}

function prepare(
  { brand, name }: { brand: string; name: string },
  settings: ProviderSettings,
  launchBaseUrl?: string,
): BrandProvider {
  const dialect = dialects.find(({ provider }) => provider === name);
  if (!dialect) throw new Error('there is no such dialect');
  const launchUrl = launchBaseUrl ?? settings.launchUrl;
  if (launchUrl !== undefined && (typeof launchUrl !== 'string' || !URL.canParse(launchUrl)))
    throw new Error('"launchUrl" must be a URL');
  return {
    dialect,
    verify: dialect.verifier(settings),
    ...(launchUrl !== undefined && { launchUrl }),
    ...(settings.api !== undefined && { api: { brand, ...prepareApi(dialect, settings, settings.api) } }),
  };
}

/** The credentials of `api` stand over those that the provider calls us with. */
function prepareApi(
  dialect: Dialect,
  settings: ProviderSettings,
  api: unknown,
): Omit<ConfiguredApi, 'brand'> {
  if (typeof api !== 'object' || api === null) throw new Error('"api" must be an object');
  const { url, currencies = [], ...credentials } = api as Readonly<Record<string, unknown>>;
  if (typeof url !== 'string' || !URL.canParse(url)) throw new Error('"api.url" must be a URL');
  if (!Array.isArray(currencies) || !currencies.every((code) => typeof code === 'string'))
    throw new Error('"api.currencies" must be a list of currency codes');
  return {
    baseUrl: url.replace(/\/$/, ''),
    currencies: currencies,
    ...dialect.api({ ...settings, ...credentials }),
  };
}

/** What is done with the rounds of a provider; those of one that is spoken no more are treated as slots. */
export function roundPolicyOf(provider: string): RoundPolicy {
  return dialects.find((dialect) => dialect.provider === provider)?.rounds ?? roundPolicies.slots;
}

/** What of a provider's calls may be shown; of one that is spoken no more all of the body. */
export function keptCallOf(provider: string): KeptCall {
  return dialects.find((dialect) => dialect.provider === provider)?.kept ?? { headers: [] };
}

/** Whether the movements of a provider are named for each player apart. */
export function idScopeOf(provider: string): Dialect['idScope'] {
  return dialects.find((dialect) => dialect.provider === provider)?.idScope ?? 'player';
}
