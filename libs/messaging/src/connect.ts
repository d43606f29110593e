import { connect, type NatsConnection } from 'nats';

export interface BrokerSettings {
  url: string;
  /** The service's name: it also names the private inbox `_INBOX_<user>.>`, the only one it may read. */
  user: string;
  password?: string;
  /** Shown in the broker's connection list. */
  name: string;
}

/**
 * Connects once (a first failure rejects, so that a bad address or password is seen at start), then reconnects
 * for ever. A half-open connection is noticed within some 15 s.
 */
export function connectBroker(settings: BrokerSettings): Promise<NatsConnection> {
  return connect({
    servers: settings.url,
    user: settings.user,
    pass: settings.password,
    name: settings.name,
    inboxPrefix: inboxPrefixOf(settings.user),
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    timeout: 5_000,
    // one captured stack per request costs more than the request
    noAsyncTraces: true,
  });
}

/** The private inbox of a user; the broker lets nobody else subscribe to it. */
export function inboxPrefixOf(user: string): string {
  return `_INBOX_${user}`;
}
