import { dialects } from './adapters/registry';
import type { Dialect, ProviderCall } from './domain/dialect';

/** One provider of one brand: its dialect with that brand's keys. */
export interface BrandProvider {
  readonly dialect: Dialect;
  /** Where its games are launched; absent when launches are not configured. */
  readonly launchUrl?: string;
  verify(call: ProviderCall, nowMs: number): boolean;
}
type ProviderSettings = Readonly<Record<string, unknown>> & { readonly launchUrl?: unknown };

/** Contents of the file that GAME_SESSIONS_CONFIG names; credentials are those of each dialect. */
export interface ProvidersFile {
  readonly brands: Readonly<
    Record<string, { readonly providers: Readonly<Record<string, ProviderSettings>> }>
  >;
}

/** The configured providers of every brand; keys are prepared once, at start. */
export class Providers {
  private readonly byBrand = new Map<string, Map<string, BrandProvider>>();

  /** @throws Error that names every bad entry */
  constructor(file: ProvidersFile, launchBaseUrls: Readonly<Record<string, string>> = {}) {
    const problems: string[] = [];
    for (const [brand, { providers }] of Object.entries(file.brands)) {
      const known = new Map<string, BrandProvider>();
      for (const [name, settings] of Object.entries(providers)) {
        try {
          known.set(name, prepare(name, settings, launchBaseUrls[name]));
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

  /** Every dialect that some brand has configured. */
  dialects(): readonly Dialect[] {
    const used = new Set([...this.byBrand.values()].flatMap((providers) => [...providers.keys()]));
    return dialects.filter(({ provider }) => used.has(provider));
  }
}

function prepare(name: string, settings: ProviderSettings, launchBaseUrl?: string): BrandProvider {
  const dialect = dialects.find(({ provider }) => provider === name);
  if (!dialect) throw new Error('there is no such dialect');
  const launchUrl = launchBaseUrl ?? settings.launchUrl;
  if (launchUrl !== undefined && (typeof launchUrl !== 'string' || !URL.canParse(launchUrl)))
    throw new Error('"launchUrl" must be a URL');
  return { dialect, verify: dialect.verifier(settings), ...(launchUrl !== undefined && { launchUrl }) };
}
