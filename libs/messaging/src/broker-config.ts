import {
  broadcastContracts,
  eventContracts,
  hintContracts,
  publishingServices,
  requestContracts,
  serviceNames,
  type ServiceName,
} from '@baize/contracts';
import { inboxPrefixOf } from './connect';
import { buckets, durableName, RANGES, sourcesOf, streamName } from './names';

/** Creates streams, consumers and buckets, and can do nothing else; see `setup-broker.ts`. */
export const SETUP_USER = 'setup';

export interface BrokerConfigOptions {
  /** Address and port for clients, such as `0.0.0.0:4222`; left out where the command line sets them. */
  listen?: string;
  /** Address and port of the monitoring pages. */
  monitor?: string;
  /** Folder of JetStream's files; left out where the command line sets it. */
  storeDir?: string;
  /** Upper bound of JetStream's files, in bytes. */
  maxStoreBytes?: number;
}

interface Permissions {
  publish: string[];
  subscribe: string[];
  /** May answer a request once, to the inbox it named. */
  answers: boolean;
}

const MAX_PAYLOAD_BYTES = 1024 * 1024;

/**
 * The configuration of nats-server, generated from the contracts: one user per service, which may publish the
 * requests it calls, its own events and hints, and what pulling its own consumers takes; and may subscribe to the
 * requests it serves (only in its queue group, so that nobody listens in), to the hints that are meant for it and to its
 * private inbox. Everything else is refused.
 *
 * No service may create, change, read or purge a stream or a consumer, not even its own: who defines a consumer
 * chooses what it reads. That is left to the user `setup`, which `node libs/messaging/dist/setup-broker.js` runs as
 * before the services start.
 * @param users password (or bcrypt hash) by user: every service and `setup`; names without subjects are left out
 */
export function brokerConfig(
  users: Readonly<Record<string, string>>,
  options: BrokerConfigOptions = {},
): string {
  const missing = [...serviceNames, SETUP_USER].filter((name) => !users[name]);
  if (missing.length > 0) throw new Error(`no password for ${missing.join(', ')}`);
  const blocks = [
    userBlock(SETUP_USER, users[SETUP_USER] ?? '', setupPermissions()),
    ...serviceNames.map((name) => userBlock(name, users[name] ?? '', servicePermissions(name))),
  ];
  return `# Generated from the contracts by brokerConfig of libs/messaging; do not edit.
server_name: baize
${line('listen', options.listen)}${line('http', options.monitor)}max_payload: ${MAX_PAYLOAD_BYTES}
write_deadline: "10s"
authorization { timeout: 2 }
jetstream {
${options.maxStoreBytes === undefined ? '' : `  max_file_store: ${options.maxStoreBytes}\n`}}
system_account: SYS
accounts {
  SYS {}
  BAIZE {
    jetstream: enabled
    users: [
${blocks.join('\n')}
    ]
  }
}
`;
}

/** What a service's user may do. */
function servicePermissions(service: ServiceName): Permissions {
  const calls = requestContracts.filter(({ callers }) => callers.includes(service));
  const serves = requestContracts.filter((contract) => contract.service === service);
  const events = eventContracts.filter((contract) => contract.service === service);
  const hints = hintContracts.filter((contract) => contract.service === service);
  const heard = hintContracts.filter(({ listeners }) => listeners.includes(service));
  const broadcasts = broadcastContracts.filter((contract) => contract.service === service);
  const broadcastsHeard = broadcastContracts.filter(({ listeners }) => listeners.includes(service));
  const bucketNames = Object.values(buckets).filter((bucket) => bucket.service === service);
  return {
    publish: [
      ...calls.map(({ subject }) => subject),
      ...events.map(({ type }) => `${type}.*`),
      ...hints.map(({ subject }) => `${subject}.*`),
      ...broadcasts.map(({ subject }) => subject),
      ...sourcesOf(service).flatMap((source) => consumerSubjects(service, source)),
      ...bucketNames.map(({ name }) => `$KV.${name}.>`),
    ],
    subscribe: [
      ...serves.map(({ subject }) => `${subject} ${service}`),
      ...heard.map(({ subject }) => `${subject}.*`),
      ...broadcastsHeard.map(({ subject }) => subject),
      `${inboxPrefixOf(service)}.>`,
    ],
    answers: serves.length > 0,
  };
}

/** Pulling and acknowledging a consumer; neither creating nor changing it. */
function consumerSubjects(consumer: ServiceName, source: ServiceName): string[] {
  return Array.from(
    { length: RANGES },
    (_, range) => `${streamName(source)}.${durableName(consumer, range)}`,
  ).flatMap((name) => [
    `$JS.API.CONSUMER.INFO.${name}`,
    `$JS.API.CONSUMER.MSG.NEXT.${name}`,
    `$JS.ACK.${name}.>`,
  ]);
}

function setupPermissions(): Permissions {
  const streams = [
    ...publishingServices.map(streamName),
    ...Object.values(buckets).map(({ name }) => `KV_${name}`),
  ];
  return {
    publish: [
      '$JS.API.INFO',
      ...streams.flatMap((name) => [
        ...['CREATE', 'UPDATE', 'INFO'].map((verb) => `$JS.API.STREAM.${verb}.${name}`),
        ...['CREATE', 'DURABLE.CREATE', 'INFO'].map((verb) => `$JS.API.CONSUMER.${verb}.${name}.>`),
      ]),
    ],
    subscribe: [`${inboxPrefixOf(SETUP_USER)}.>`],
    answers: false,
  };
}

function userBlock(user: string, password: string, { publish, subscribe, answers }: Permissions): string {
  const list = (subjects: readonly string[]): string =>
    subjects.map((subject) => `\n            ${JSON.stringify(subject)}`).join('');
  // an empty allow list would allow everything
  const rules = (subjects: readonly string[]): string =>
    subjects.length === 0 ? 'deny: ">"' : `allow: [${list(subjects)}\n          ]`;
  return `      {
        user: ${JSON.stringify(user)}, password: ${JSON.stringify(password)}
        permissions {
          publish { ${rules(publish)} }
          subscribe { ${rules(subscribe)} }${answers ? '\n          allow_responses { max: 1, expires: "1m" }' : ''}
        }
      }`;
}

function line(key: string, value: string | undefined): string {
  return value === undefined ? '' : `${key}: ${JSON.stringify(value)}\n`;
}
