import type { HealthReply } from '@baize/contracts';
import { version } from '../package.json';

/** What a service says of itself when it is asked: ready while its check, such as a look at its database, passes. */
export async function healthOf(check: () => Promise<unknown>): Promise<HealthReply> {
  const status = await check().then(
    () => 'ready' as const,
    () => 'not-ready' as const,
  );
  return { status, version, uptimeSeconds: Math.floor(process.uptime()) };
}
