import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandActs,
  dutyActs,
  requestContracts,
  restrictedActions,
  serviceDuties,
  serviceNames,
  touchpointCommands,
} from '@baize/contracts';
import { root } from '../servers/root.cjs';

/** Whose routes and messages are the platform's: the sandbox is the outside, the console a page in a browser. */
const outside = new Set(['sandbox', 'console']);

function sourceOf(service: string): string {
  const read = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return name === 'fixtures' ? [] : read(path);
      return /\.ts$/.test(name) && !/spec\.ts$/.test(name) ? [readFileSync(path, 'utf8')] : [];
    });
  return read(join(root, 'apps', service, 'src')).join('\n');
}

const migrationsOf = (service: string): string => {
  const folder = join(root, 'apps', service, 'migrations');
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
};

describe('touchpoints of the fence', () => {
  const services = readdirSync(join(root, 'apps')).filter(
    (name) => !outside.has(name) && existsSync(join(root, 'apps', name, 'src', 'main.ts')),
  );

  it('says of every service what it does that restrictions can forbid', () => {
    expect(services.sort()).toEqual([...serviceNames].sort());
    expect(Object.keys(serviceDuties).sort()).toEqual([...serviceNames].sort());
  });

  // Identity is the authority: it decides by its own rows, and needs no lease from itself.
  const touchpoints = serviceNames.filter((name) => serviceDuties[name].length > 0 && name !== 'identity');

  it.each(touchpoints)('%s asks for its lease, and is not ready before it has caught up', (service) => {
    const source = sourceOf(service);
    expect(source).toMatch(/new FenceKeeper\(/);
    expect(source).toMatch(/restrictions: \(\) => \w+\.check(Restrictions)?\(\)/);
  });

  it.each(touchpoints.filter((name) => migrationsOf(name) !== ''))(
    '%s has a database: it applies restrictions by command, and keeps its lease in a row',
    (service) => {
      expect(Object.keys(touchpointCommands)).toContain(service);
      expect(sourceOf(service)).toMatch(/@Handles\(touchpointCommands(\.\w+|\['[a-z-]+'\])\)/);
      expect(migrationsOf(service)).toMatch(/CREATE TABLE fence_lease/);
    },
  );

  it.each(touchpoints.filter((name) => migrationsOf(name) === ''))(
    '%s has none: each of its processes hears of restrictions',
    (service) => {
      expect(sourceOf(service)).toMatch(/hearBroadcasts\(broker, restrictionChanged,/);
    },
  );
});

describe('what commands begin that restrictions can forbid', () => {
  const commands = requestContracts.filter(({ subject }) => subject.includes('.command.'));

  it('is said of every command, and of no other subject', () => {
    expect(Object.keys(commandActs).sort()).toEqual(commands.map(({ subject }) => subject).sort());
  });

  it('is begun at services with the duty to refuse it, or by those that ask one of them', () => {
    for (const { subject, service } of commands) {
      const act = commandActs[subject];
      if (!act || act === 'withdraw') continue;
      const refused = serviceNames.filter((name) =>
        serviceDuties[name].some((duty) => dutyActs[duty].includes(act)),
      );
      expect([subject, serviceDuties[service].length > 0, refused.length > 0]).toEqual([subject, true, true]);
    }
  });

  it('knows a duty for everything that restrictions can forbid', () => {
    expect([...new Set(Object.values(dutyActs).flat())].sort()).toEqual([...restrictedActions].sort());
  });
});
