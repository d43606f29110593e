import fc from 'fast-check';
import { finderOf } from './leaks';

const planted = 'Canaria Featherstone+35699887766';
const find = finderOf([planted]);

describe('planted values', () => {
  it.each([
    ['in clear', `{"name":"${planted}"}`],
    ['in other case', planted.toUpperCase()],
    ['URL-encoded', `?q=${encodeURIComponent(planted)}`],
    ['as a form field', new URLSearchParams({ q: planted }).toString()],
    ['in hex', `\\x00${Buffer.from(planted).toString('hex')}`],
    ['alone in base64', Buffer.from(planted).toString('base64')],
    ['alone in base64url', Buffer.from(planted).toString('base64url')],
  ])('are found %s', (_how, text) => {
    expect(find(text)).toContainEqual(expect.objectContaining({ planted }));
  });

  it('are found in base64 wherever they begin, whatever stands around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const text = Buffer.from(`${before}${planted}${after}`).toString('base64');
        expect(find(text)).toEqual([{ planted, as: 'base64' }]);
      }),
    );
  });

  it('are not found where they are not', () => {
    expect(find(planted.slice(1))).toEqual([]);
    expect(() => finderOf(['Ada'])).toThrow(/by chance/);
  });
});
