import { Counter, Gauge, Histogram, register } from 'prom-client';

function once<M>(name: string, make: () => M): M {
  return (register.getSingleMetric(name) as M | undefined) ?? make();
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5];

/** Rate, errors and duration of every served subject. */
export const requestSeconds = once(
  'baize_request_seconds',
  () =>
    new Histogram({
      name: 'baize_request_seconds',
      help: 'Time to serve a request, by subject and outcome (ok, refused, fault)',
      labelNames: ['subject', 'outcome'],
      buckets: SECONDS,
    }),
);

/** Requests that were turned away before their handler ran. */
export const requestsRejected = once(
  'baize_requests_rejected_total',
  () =>
    new Counter({
      name: 'baize_requests_rejected_total',
      help: 'Requests not started, by subject and reason (invalid, deadline, overloaded)',
      labelNames: ['subject', 'reason'],
    }),
);

/** How long the oldest unpublished event has been waiting. */
export const outboxOldestAge = once(
  'baize_outbox_oldest_age_seconds',
  () =>
    new Gauge({
      name: 'baize_outbox_oldest_age_seconds',
      help: 'Age of the oldest event that is not yet published; 0 when all are',
    }),
);

export const outboxPublished = once(
  'baize_outbox_published_total',
  () => new Counter({ name: 'baize_outbox_published_total', help: 'Events acknowledged by the broker' }),
);

export const outboxRetries = once(
  'baize_outbox_publish_retries_total',
  () => new Counter({ name: 'baize_outbox_publish_retries_total', help: 'Publishes that were tried again' }),
);

/** What consumers did with events. */
export const eventsConsumed = once(
  'baize_events_consumed_total',
  () =>
    new Counter({
      name: 'baize_events_consumed_total',
      help: 'Events by consumer, source and outcome (applied, duplicate, parked, expired)',
      labelNames: ['consumer', 'source', 'outcome'],
    }),
);

export const consumerLag = once(
  'baize_consumer_lag',
  () =>
    new Gauge({
      name: 'baize_consumer_lag',
      help: 'Events that wait for a consumer, by consumer, source and range',
      labelNames: ['consumer', 'source', 'range'],
    }),
);

export const deadLetters = once(
  'baize_dead_letters',
  () =>
    new Gauge({ name: 'baize_dead_letters', help: 'Parked events by consumer', labelNames: ['consumer'] }),
);
