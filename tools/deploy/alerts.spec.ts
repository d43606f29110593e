import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { monitoring, readRules, seriesOf } from './alert-rules';

const rules = readRules();
const alerts = rules.filter(({ alert }) => alert !== undefined);
const root = join(monitoring, '../..');
const anchors = (file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title.toLowerCase().replaceAll(' ', '-'),
  );

describe('the alerts', () => {
  it.each(alerts.map((rule) => [rule.alert, rule] as const))(
    '%s says whom it wakes, what is wrong and what to do',
    (_name, { labels, annotations }) => {
      expect(['page', 'ticket']).toContain(labels?.severity);
      expect(annotations?.summary).toMatch(/\.$/);
      const [file = '', anchor] = (annotations?.runbook ?? '').split('#');
      expect(existsSync(join(root, file))).toBe(true);
      if (anchor !== undefined) expect(anchors(file)).toContain(anchor);
    },
  );

  it('read series in PromQL', () => {
    for (const { expr } of rules) expect(seriesOf(expr)).not.toEqual([]);
    expect(seriesOf('max by (job) (a_b{c="d_e"}) > 0 or absent(f)')).toEqual(['a_b', 'f']);
    expect(() => seriesOf('max(a_b > 0')).toThrow('no PromQL');
  });

  it('have a case each', () => {
    const { tests } = parse(readFileSync(join(monitoring, 'alerts.test.yaml'), 'utf8')) as {
      tests: { name: string }[];
    };
    const tried = new Set(tests.map(({ name }) => name.split(',')[0]));
    expect([...tried].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  // Not everybody who runs the tests has promtool (Debian: prometheus); the rules above do not need it.
  if (spawnSync('promtool', ['--version']).status === 0) {
    it('promtool finds each case as it is said', () => {
      const tried = spawnSync('promtool', ['test', 'rules', join(monitoring, 'alerts.test.yaml')], {
        encoding: 'utf8',
      });
      expect(tried.stdout + tried.stderr).toContain('SUCCESS');
      expect(tried.status).toBe(0);
    });
  }
});
