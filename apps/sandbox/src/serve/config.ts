import { readFile } from 'node:fs/promises';
import { IsInt, IsOptional, IsString, IsUrl, Max, Min, MinLength } from 'class-validator';
import type { KycAccesses } from '../kyc/kyc-vendors';
import type { Credentials } from '../dialects/dialect';
import type { PspAccesses } from '../psps/psps';
import type { RegisterAccesses } from '../registers/registers';

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

  /** Where browsers reach the pages; default: the port at the host. */
  @IsOptional()
  @IsUrl({ require_tld: false })
  sandboxPublicUrl?: string;

  /** Path of a JSON file: `{gatewayUrl, providers: {<name>: {baseUrl, credentials}}, psps: {<name>: {callbackUrl, credentials}}, registers: {<name>: {apiKey}}}`. */
  @IsString()
  @MinLength(1)
  sandboxConfig: string;
}

export interface SandboxFile {
  readonly gatewayUrl: string;
  /** Of who sends mails through the sandbox and who reads them; nobody without one. */
  readonly mailToken?: string;
  readonly psps: PspAccesses;
  readonly kyc: KycAccesses;
  readonly registers: RegisterAccesses;
  readonly providers: Readonly<
    Record<
      string,
      | {
          readonly baseUrl: string;
          readonly credentials: Credentials;
          /** What the provider checks the platform's requests to its own API with, beside the credentials. */
          readonly api?: Credentials;
        }
      | undefined
    >
  >;
}

/** @throws Error that names what is wrong, never a value */
export async function readSandboxFile(path: string): Promise<SandboxFile> {
  const file = JSON.parse(await readFile(path, 'utf8')) as Partial<SandboxFile> | null;
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
  for (const [name, access] of Object.entries(file.psps ?? {})) {
    if (!URL.canParse(access?.callbackUrl ?? '') || typeof access?.credentials !== 'object')
      throw new Error(`SANDBOX_CONFIG: ${name} needs a callbackUrl and credentials`);
  }
  for (const [name, access] of Object.entries(file.kyc ?? {})) {
    if (!URL.canParse(access?.callbackUrl ?? '') || typeof access?.credentials !== 'object')
      throw new Error(`SANDBOX_CONFIG: ${name} needs a callbackUrl and credentials`);
  }
  for (const [name, access] of Object.entries(file.registers ?? {})) {
    if (typeof access?.apiKey !== 'string' || access.apiKey === '')
      throw new Error(`SANDBOX_CONFIG: ${name} needs an apiKey`);
  }
  const { gatewayUrl, mailToken, providers = {}, psps = {}, kyc = {}, registers = {} } = file;
  return { gatewayUrl, mailToken, providers, psps, kyc, registers };
}
