import { HintListener, RequestClient } from '@baize/messaging';
import { type Logger, systemClock } from '@baize/runtime';
import { type DynamicModule, Module } from '@nestjs/common';
import type { NatsConnection } from 'nats';
import { AccessTokens } from './auth/access-tokens';
import { Authenticator } from './auth/authenticator';
import { SharedNonces } from './auth/nonces';
import { TokenEndpoint } from './auth/token-endpoint';
import { Callbacks } from './callbacks/callbacks';
import { PaymentCallbacks } from './callbacks/payment-callbacks';
import { KycCallbacks } from './callbacks/kyc-callbacks';
import { ProviderEdges } from './callbacks/provider-edges';
import type { GatewayConfig } from './config';
import type { Edge } from './edge';
import { DenyList } from './fence/deny-list';
import { Admission } from './http/admission';
import { Pipeline, type PipelineParts } from './http/pipeline';
import { RateLimits } from './http/rate-limits';
import { routeTable } from './routes/route-table';
import type { Route } from './http/route';
import { Streams } from './streams/streams';

/** What the process gives the module. */
export interface GatewayParts {
  config: Omit<
    GatewayConfig,
    `nats${string}` | `http${string}` | 'gatewayConfig' | 'gatewayHost' | 'gatewayPort'
  >;
  edge: Edge;
  broker: NatsConnection;
  log: Logger;
}

/** The routes of the running gateway. */
export class RouteTable {
  constructor(readonly routes: readonly Route[]) {}
}

@Module({})
export class GatewayModule {
  static register({ config, edge, broker, log }: GatewayParts): DynamicModule {
    const tokens = new AccessTokens(edge, systemClock);
    const limits = new RateLimits(edge);
    const admission = new Admission({
      maxInFlight: config.gatewayMaxInFlight,
      maxQueued: config.gatewayMaxQueued,
      maxWaitMs: config.gatewayMaxWaitMs,
    });
    const fence = new DenyList();
    const shared = (services: RequestClient): Omit<PipelineParts, 'authenticator' | 'streams'> => ({
      ...{ edge, limits, admission, fence, services, log },
    });
    return {
      module: GatewayModule,
      providers: [
        { provide: RequestClient, useFactory: () => new RequestClient(broker) },
        { provide: DenyList, useValue: fence },
        {
          provide: ProviderEdges,
          useFactory: (services: RequestClient) => new ProviderEdges(services, log),
          inject: [RequestClient],
        },
        {
          provide: Streams,
          useFactory: (services: RequestClient) =>
            new Streams(
              {
                maxStreams: config.gatewayMaxStreams,
                maxPerPlayer: config.gatewayMaxStreamsPerPlayer,
                maxPerClient: config.gatewayMaxStreamsPerClient,
                recheckMs: config.gatewayStreamRecheckMs,
              },
              services,
              new HintListener(broker),
            ),
          inject: [RequestClient],
        },
        {
          provide: Pipeline,
          useFactory: (services: RequestClient, streams: Streams) => {
            const witnesses = { tokens, services, nonces: new SharedNonces(broker) };
            const authenticator = new Authenticator(edge, witnesses, systemClock);
            return new Pipeline({ ...shared(services), authenticator, streams });
          },
          inject: [RequestClient, Streams],
        },
        {
          provide: RouteTable,
          useFactory: (services: RequestClient, providers: ProviderEdges) =>
            new RouteTable(
              routeTable({
                services,
                edge,
                limits,
                callbacks: new Callbacks(shared(services), providers),
                paymentCallbacks: new PaymentCallbacks(shared(services)),
                kycCallbacks: new KycCallbacks(shared(services)),
                tokenEndpoint: new TokenEndpoint(edge, tokens, limits),
              }),
            ),
          inject: [RequestClient, ProviderEdges],
        },
      ],
    };
  }
}
