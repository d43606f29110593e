import { Platform } from '../fence/platform';
import { readRules, seriesOf } from './alert-rules';

describe('a whole platform', () => {
  it('reports every series that an alert reads', async () => {
    const platform = await Platform.start();
    const pages = Object.values(platform.demo.metrics).map(async (url) => (await fetch(url)).text());
    const metrics = (await Promise.all(pages)).join('\n');
    await platform.stop();
    const reported = new Set(
      [...metrics.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    const rules = readRules();
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    const read = [...new Set(rules.flatMap(({ expr }) => seriesOf(expr)))];
    expect(read.length).toBeGreaterThan(15);
    expect(read.filter((name) => !reported.has(name) && !recorded.has(name))).toEqual([]);
  }, 300_000);
});
