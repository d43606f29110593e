import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { restrictionChanged } from '@baize/contracts';
import { FenceKeeper, hearBroadcasts, RequestClient } from '@baize/messaging';
import { nestLogger } from '@baize/runtime';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ProviderEdges } from './callbacks/provider-edges';
import { DenyList } from './fence/deny-list';
import { GatewayModule, type GatewayParts, RouteTable } from './gateway.module';
import { EdgeAdapter, type TlsFiles } from './http/edge-adapter';
import { mount } from './http/mount';
import { Pipeline } from './http/pipeline';
import { Streams } from './streams/streams';

export interface GatewayOptions extends GatewayParts {
  host: string;
  port: number;
  tls?: TlsFiles;
}

/** A gateway that listens. */
export interface RunningGateway {
  readonly url: string;
  readonly routes: RouteTable['routes'];
  readonly adapter: EdgeAdapter;
  /** Readiness: rejects until all restrictions that there are were heard of once. */
  checkRestrictions(): Promise<void>;
  /** Takes no more connections, answers what is in hand, then closes. */
  stop(): Promise<void>;
}

/** Builds the edge and listens. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { broker, edge, log, host, port, tls } = options;
  const adapter = new EdgeAdapter(log, tls);
  const app = await NestFactory.create<NestFastifyApplication>(GatewayModule.register(options), adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  const { routes } = app.get(RouteTable);
  mount(adapter.fastify, routes, { edge, log, pipeline: app.get(Pipeline) });
  const fence = app.get(DenyList);
  const keeper = new FenceKeeper('gateway', app.get(RequestClient), fence, log);
  const heard = hearBroadcasts(broker, restrictionChanged, (change) => {
    fence.apply([change]);
    // Says at once that it is applied here: somebody waits for it.
    void keeper.ask();
  });
  keeper.start();
  const providers = app.get(ProviderEdges);
  await providers.start();
  await app.listen(port, host);
  const address = app.getHttpServer().address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://${host}:${address.port}`,
    routes,
    adapter,
    checkRestrictions: () => keeper.check(),
    stop: async () => {
      providers.stop();
      app.get(Streams).drain();
      await drain(app);
      heard.stop();
      await keeper.stop();
      app.get(RequestClient).close();
    },
  };
}

const drainMs = 15_000;
const sweepMs = 50;
const farewellMs = 500;

/**
 * A kept-alive connection that is closed between two requests may swallow the second: for a moment every answer says
 * instead that it is the last one of its connection. A connection whose last request ends later would stay open for
 * its whole keep-alive time, and with it the server: idle ones are closed again and again until none is left.
 */
async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  server.maxRequestsPerSocket = 1;
  await pause(farewellMs);
  // what came while the process was busy is read before anything is taken for idle
  await new Promise((resolve) => setImmediate(resolve));
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const end = setTimeout(() => server.closeAllConnections(), drainMs);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(end);
  }
}
