import { launchObstacle, type Game, type WantedPlay } from './catalogue';

const game: Game = {
  id: 'g',
  provider: 'evolution',
  providerGameId: 't1',
  name: 'Roulette',
  category: 'live',
  currencies: ['EUR'],
  blockedCountries: ['US'],
  devices: ['desktop', 'mobile'],
  demoAvailable: false,
  enabled: true,
};
const at = (time: string) => Date.parse(`2026-03-01T${time}:00Z`);
const wanted: WantedPlay = {
  mode: 'real',
  country: 'MT',
  currency: 'EUR',
  device: undefined,
  nowMs: at('12:00'),
};
const table = (opensAt?: string, closesAt?: string): Game => ({
  ...game,
  liveTable: { limits: [], ...(opensAt && { opensAt }), ...(closesAt && { closesAt }) },
});

describe('what stands against a launch', () => {
  it.each<[string, Game, Partial<WantedPlay>, RegExp | undefined]>([
    ['nothing', game, {}, undefined],
    ['a game that is not offered', { ...game, enabled: false }, {}, /not offered/],
    ['a demo that there is not', game, { mode: 'demo' }, /no demo/],
    ['a blocked country', game, { country: 'US' }, /country/],
    ['a currency', game, { currency: 'SEK' }, /SEK/],
    ['no currency of a demo', { ...game, demoAvailable: true }, { mode: 'demo', currency: 'SEK' }, undefined],
    ['a device', game, { device: 'tablet' }, /tablet/],
    ['no device that it runs on', game, { device: 'mobile' }, undefined],
    ['no hours', table(), {}, undefined],
    ['hours that are not whole', table('09:00'), { nowMs: at('03:00') }, undefined],
    ['open hours', table('09:00', '18:00'), {}, undefined],
    ['the minute of opening', table('09:00', '18:00'), { nowMs: at('09:00') }, undefined],
    ['the minute of closing', table('09:00', '18:00'), { nowMs: at('18:00') }, /closed/],
    ['the time before', table('09:00', '18:00'), { nowMs: at('08:59') }, /closed/],
    ['no night that it is open over', table('18:00', '03:00'), { nowMs: at('02:59') }, undefined],
    ['an evening that it is open in', table('18:00', '03:00'), { nowMs: at('18:00') }, undefined],
    ['the day between nights', table('18:00', '03:00'), { nowMs: at('12:00') }, /closed/],
    ['a table that never closes', table('00:00', '00:00'), {}, undefined],
  ])('%s', (_what, played, asked, obstacle) => {
    const found = launchObstacle(played, { ...wanted, ...asked });
    if (obstacle) expect(found).toMatch(obstacle);
    else expect(found).toBeUndefined();
  });
});
