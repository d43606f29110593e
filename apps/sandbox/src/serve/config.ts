import { readFile } from 'node:fs/promises';
import { IsInt, IsString, Max, Min, MinLength } from 'class-validator';
import type { Credentials } from '../dialects/dialect';

/** Environment of the sandbox as a service. */
export class SandboxSettings {
  /** Port of health and metrics. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  httpPort: number;

  @IsString()
  httpHost = '127.0.0.1';

  /** Port of the pages that launch URLs point to. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  sandboxPort = 8090;

  @IsString()
  sandboxHost = '127.0.0.1';

  /** Path of a JSON file: `{gatewayUrl, providers: {<name>: {baseUrl, credentials}}}`. */
  @IsString()
  @MinLength(1)
  sandboxConfig: string;
}

export interface ProvidersFile {
  readonly gatewayUrl: string;
  readonly providers: Readonly<
    Record<string, { readonly baseUrl: string; readonly credentials: Credentials } | undefined>
  >;
}

/** @throws Error that names what is wrong, never a value */
export async function readProvidersFile(path: string): Promise<ProvidersFile> {
  const file = JSON.parse(await readFile(path, 'utf8')) as Partial<ProvidersFile> | null;
  if (typeof file?.gatewayUrl !== 'string' || !URL.canParse(file.gatewayUrl))
    throw new Error('SANDBOX_CONFIG: gatewayUrl must be a URL');
  for (const [name, access] of Object.entries(file.providers ?? {})) {
    if (
      typeof access?.baseUrl !== 'string' ||
      !URL.canParse(access.baseUrl) ||
      typeof access.credentials !== 'object'
    )
      throw new Error(`SANDBOX_CONFIG: ${name} needs a baseUrl and credentials`);
  }
  return { gatewayUrl: file.gatewayUrl, providers: file.providers ?? {} };
}
