import { readFile } from 'node:fs/promises';
import { providerNames, type Credentials, type ProviderName } from '../dialects/dialect';

/** What the sandbox needs of `.stack/demo.json`. */
export interface StackFile {
  readonly gatewayUrl: string;
  readonly sandboxUrl?: string | null;
  readonly psps?: Readonly<Record<string, unknown>>;
  readonly clients: readonly {
    readonly name: string;
    readonly clientId: string;
    readonly clientSecret: string;
  }[];
  readonly providers: Readonly<Record<string, ProviderAccess | undefined>>;
}
export interface ProviderAccess {
  readonly baseUrl: string;
  readonly credentials: Credentials;
}

export async function readStackFile(path: string): Promise<StackFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new Error(
      `${path} is not there: start the platform with "npm start" first, or name its file with --stack`,
    );
  }
  const stack = JSON.parse(text) as Partial<StackFile>;
  const missing = (['gatewayUrl', 'clients', 'providers'] as const).filter((key) => stack[key] === undefined);
  if (missing.length > 0) throw new Error(`${path} lacks ${missing.join(', ')}`);
  return stack as StackFile;
}

/** `all` is every provider of the file whose language the sandbox speaks. */
export function chooseProviders(stack: StackFile, choice: string): ProviderName[] {
  const known = providerNames.filter((name) => stack.providers[name] !== undefined);
  if (choice === 'all') return known;
  const found = known.find((name) => name === choice);
  if (found === undefined) throw new Error(`unknown provider "${choice}"; known: ${known.join(', ')}, all`);
  return [found];
}
