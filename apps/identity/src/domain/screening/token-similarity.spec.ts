import fc from 'fast-check';
import { editDistance, jaroWinkler } from './token-similarity';

describe('jaroWinkler', () => {
  // Winkler (1990), table of examples
  it.each([
    ['martha', 'marhta', 0.961],
    ['dwayne', 'duane', 0.84],
    ['dixon', 'dicksonx', 0.813],
    ['jones', 'johnson', 0.832],
    ['abc', 'xyz', 0],
  ])('%s %s', (a, b, expected) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(expected, 3);
  });
});

describe('editDistance', () => {
  it.each([
    ['putin', 'putin', 0],
    ['putin', 'pulin', 1],
    ['donald', 'donlad', 1],
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
  ])('%s %s', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });

  it('is symmetric, bounded by the longer text, and ends one above the bound that it is given', () => {
    const text = fc.stringMatching(/^[a-d]{0,12}$/);
    fc.assert(
      fc.property(text, text, fc.integer({ min: 0, max: 6 }), (a, b, most) => {
        const edits = editDistance(a, b);
        expect(editDistance(b, a)).toBe(edits);
        expect(edits).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(edits === 0).toBe(a === b);
        expect(editDistance(a, b, most)).toBe(Math.min(edits, most + 1));
      }),
    );
  });
});
