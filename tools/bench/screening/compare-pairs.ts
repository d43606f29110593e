import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { compareNames } from '../../../apps/identity/src/domain/screening/compare-names';
import { pairThreshold } from '../../../apps/identity/src/domain/screening/match-entry';
import { prepareName } from '../../../apps/identity/src/domain/screening/prepare-name';
import { printTable } from '../frame/report';

interface LabelledPair {
  readonly name1: string;
  readonly name2: string;
  readonly is_match: string;
  readonly schema?: string;
  readonly case_group?: string;
  readonly quality?: string;
}

interface Decided extends LabelledPair {
  readonly isMatch: boolean;
  readonly decided: boolean;
}

/** Precision, recall and F1 of the matcher on labelled pairs: all, by group and by quality. */
export function comparePairs(file: string): Record<string, number> {
  const pairs = parse<LabelledPair>(readFileSync(file), { columns: true, bom: true, trim: true });
  const decided = pairs.map((pair): Decided => {
    const kind = (pair.schema ?? 'Person') === 'Person' ? 'person' : 'organisation';
    const { score } = compareNames(prepareName(pair.name1, kind), prepareName(pair.name2, kind));
    return { ...pair, isMatch: pair.is_match.toLowerCase() === 'true', decided: score >= pairThreshold };
  });
  const groups = (field: 'case_group' | 'quality') =>
    [...new Set(decided.map((pair) => pair[field] ?? ''))]
      .filter((name) => name !== '')
      .map((name) => [name, decided.filter((pair) => pair[field] === name)] as const);
  const rows = [['all', decided] as const, ...groups('case_group'), ...groups('quality')];
  const measured = rows.map(([name, members]) => [name, measure(members)] as const);
  printTable(
    ['pairs', 'n', 'precision', 'recall', 'F1', 'missed', 'wrong'],
    measured.map(([name, m]) => [
      ...[name, String(m.n), m.precision.toFixed(3), m.recall.toFixed(3), m.f1.toFixed(3)],
      ...[String(m.missed), String(m.wrong)],
    ]),
  );
  return Object.fromEntries([
    ...measured.map(([name, { f1 }]) => [`f1-${name.toLowerCase()}`, f1] as const),
    ...measured
      .filter(([name]) => name === 'STRONG')
      .map(([, { missed }]) => ['strong-missed', missed] as const),
  ]);
}

function measure(pairs: readonly Decided[]) {
  const count = (isMatch: boolean, decided: boolean) =>
    pairs.filter((pair) => pair.isMatch === isMatch && pair.decided === decided).length;
  const [found, wrong, missed] = [count(true, true), count(false, true), count(true, false)];
  return {
    ...{ n: pairs.length, missed, wrong },
    precision: found / Math.max(1, found + wrong),
    recall: found / Math.max(1, found + missed),
    f1: (2 * found) / Math.max(1, 2 * found + wrong + missed),
  };
}
