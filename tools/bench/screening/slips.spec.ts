import { editDistance } from '../../../apps/identity/src/domain/screening/token-similarity';
import { randomOf, withSlip } from './slips';

it('makes the same slips from the same seed, each one edit at most', () => {
  const slips = (seed: number) => {
    const random = randomOf(seed);
    return Array.from({ length: 500 }, () => withSlip('AL-ZAWAHIRI, Ayman', random));
  };
  expect(slips(7)).toEqual(slips(7));
  expect(slips(7)).not.toEqual(slips(8));
  const distances = slips(7).map((slip) => editDistance(slip, 'AL-ZAWAHIRI, Ayman'));
  expect(Math.max(...distances)).toBe(1);
  expect(distances.filter((distance) => distance === 1).length).toBeGreaterThan(450);
});
