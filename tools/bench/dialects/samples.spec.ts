import { dialects } from '../../../apps/game-sessions/src/adapters/registry';
import { samplesOf, serve } from './samples';

describe.each(dialects.map((dialect) => [dialect.provider, dialect] as const))('%s', (_name, dialect) => {
  it('is measured with authentic calls that move money, each of which is answered', () => {
    const samples = samplesOf(dialect);
    expect(samples.length).toBeGreaterThanOrEqual(3);
    for (const sample of samples) expect(serve(sample)).toBeGreaterThan(10);
  });

  it('counts nothing for a call that is not authentic', () => {
    const [sample] = samplesOf(dialect);
    expect(() => serve({ ...sample!, verify: () => false })).toThrow('was refused');
  });
});
