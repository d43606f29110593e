import { histogram, loadConfig, runService } from '@baize/runtime';
import { providerNames, type ProviderName, type Verdict } from '../dialects/dialect';
import { dialects } from '../dialects/registry';
import { SandboxKyc } from '../kyc/kyc-vendors';
import { HttpClient } from '../platform/http-client';
import { ProviderLine } from '../play/provider-line';
import { ProviderApis } from '../provider-api/provider-apis';
import { Psps } from '../psps/psps';
import { SandboxRegisters } from '../registers/registers';
import { readSandboxFile, SandboxSettings, type SandboxFile } from './config';
import { SandboxMailbox } from './mailbox';
import { createPages } from './pages';
import { SlotSessions } from './slot-sessions';

/** The sandbox as a service: the pages that launch URLs point to, the providers' own APIs, and every other outside party. */
export async function serve(): Promise<void> {
  const settings = loadConfig(SandboxSettings);
  await runService({
    name: 'sandbox',
    port: settings.httpPort,
    host: settings.httpHost,
    start: async ({ log }) => {
      const file = await readSandboxFile(settings.sandboxConfig);
      const http = new HttpClient(file.gatewayUrl);
      const pages = createPages(new SlotSessions(openLines(file, http)));
      const psps = new Psps(file.psps);
      const { sandboxHost, sandboxPort, sandboxPublicUrl } = settings;
      const here = `http://${sandboxHost === '0.0.0.0' ? '127.0.0.1' : sandboxHost}:${sandboxPort}`;
      apisOf(file).serve(pages);
      new SandboxRegisters(file.registers).serve(pages);
      new SandboxMailbox(file.mailToken).serve(pages);
      psps.serve(pages, () => sandboxPublicUrl ?? here);
      new SandboxKyc(file.kyc, () => sandboxPublicUrl ?? here).serve(pages);
      await pages.listen({ port: settings.sandboxPort, host: settings.sandboxHost });
      log.info({ port: settings.sandboxPort }, 'pages are served');
      return {
        checks: {},
        stop: async () => {
          psps.stop();
          await pages.close();
          await http.close();
        },
      };
    },
  });
}

function apisOf({ providers }: SandboxFile): ProviderApis {
  const known = Object.entries(providers).map(
    ([name, access]) => [name, { ...access?.credentials, ...access?.api }] as const,
  );
  return new ProviderApis(Object.fromEntries(known));
}

function openLines(file: SandboxFile, http: HttpClient): Map<ProviderName, ProviderLine> {
  const calls = histogram('sandbox_call_seconds', "Calls to the platform's callbacks", ['call', 'outcome']);
  const observer = {
    call: (call: string, { kind }: Verdict, ms: number): void =>
      calls.observe({ call, outcome: kind }, ms / 1000),
  };
  const lines = new Map<ProviderName, ProviderLine>();
  for (const name of providerNames) {
    const access = file.providers[name];
    if (access)
      lines.set(name, new ProviderLine(dialects[name](access.credentials), access.baseUrl, http, observer));
  }
  return lines;
}
