import { countries } from './provider-reply';

describe('the countries that a list names', () => {
  it('are those of ISO 3166, and the United Kingdom blocks Great Britain', () => {
    expect(countries({ blocked: ['DE', 'UK'] }, 'blocked')).toEqual(['DE', 'GB']);
    expect(countries({}, 'blocked')).toBeUndefined();
    expect(() => countries({ blocked: ['gb'] }, 'blocked')).toThrow('another form');
  });
});
