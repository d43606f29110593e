import {
  gameSessionsQueries,
  type HealthReply,
  identityQueries,
  type ServiceName,
  walletQueries,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import type { FastifyReply } from 'fastify';
import { healthOf } from '@baize/runtime';

const asked = [walletQueries.getHealth, gameSessionsQueries.getHealth, identityQueries.getHealth];

interface ServiceState {
  status: HealthReply['status'] | 'unreachable';
  version?: string;
  uptimeSeconds?: number;
}

/** `GET /health`: the state of every service as each sees itself; 503 unless all are ready. */
export async function serveHealth(services: Pick<RequestClient, 'call'>, reply: FastifyReply): Promise<void> {
  const states: Partial<Record<ServiceName, ServiceState>> = {
    gateway: await healthOf(() => Promise.resolve()),
  };
  await Promise.all(
    asked.map(async (contract) => {
      states[contract.service] = await services.call(contract, {}).then(
        (result): ServiceState => (result.ok ? result.value : { status: 'not-ready' }),
        (): ServiceState => ({ status: 'unreachable' }),
      );
    }),
  );
  const isReady = Object.values(states).every(({ status }) => status === 'ready');
  void reply
    .code(isReady ? 200 : 503)
    .type('application/json')
    .send(JSON.stringify({ status: isReady ? 'ready' : 'degraded', services: states }));
}
