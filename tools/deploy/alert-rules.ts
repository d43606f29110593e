import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';

export const monitoring = resolve(__dirname, '../../k8s/monitoring');

/** A rule of Prometheus: an alert, or a series that is recorded for others. */
export interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** All rules of `k8s/monitoring/alerts.yaml`. */
export function readRules(): Rule[] {
  const file = readFileSync(join(monitoring, 'alerts.yaml'), 'utf8');
  return (parse(file) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules);
}

/** The series that an expression reads. Throws on what is no PromQL. */
export function seriesOf(expr: string): string[] {
  const names: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to, node }) => {
      if (type.isError) throw new Error(`no PromQL at ${from}: ${expr}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector')
        names.push(expr.slice(from, to));
    },
  });
  return names;
}
