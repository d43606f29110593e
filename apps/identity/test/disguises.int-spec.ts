import { loadConfig, type RunningService } from '@baize/runtime';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { codeOf, quietLog, Surroundings } from './identity-fixture';

describe('one account per person and brand', () => {
  let around: Surroundings;
  let identity: RunningService;

  beforeAll(async () => {
    around = await Surroundings.start();
    identity = await startIdentity(loadConfig(IdentityConfig, around.environment()), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  const player = (changes: Parameters<Surroundings['form']>[0]) => around.registered(around.form(changes));

  describe('a second account in disguise is found:', () => {
    beforeAll(async () => {
      await player({
        ...{ firstName: 'Zoë', lastName: 'Müller-Łukowska', dateOfBirth: '1988-02-29' },
        ...{ email: 'zoe.muller@gmail.com', phone: '+35699123456', country: 'MT' },
      });
    });
    const other = { firstName: 'Somebody', lastName: 'Else', dateOfBirth: '1970-01-01' };
    const same = { firstName: 'Zoë', lastName: 'Müller-Łukowska', dateOfBirth: '1988-02-29' };

    it.each([
      ['the address in capitals', { ...other, email: 'ZOE.MULLER@GMAIL.COM' }, 'identity.email-taken'],
      ['the address in full width', { ...other, email: 'ｚｏｅ.muller@gmail.com' }, 'identity.email-taken'],
      [
        'the address with a tag',
        { ...other, email: 'zoe.muller+vip@gmail.com' },
        'identity.duplicate-person',
      ],
      [
        'the address without its dot',
        { ...other, email: 'zoemuller@gmail.com' },
        'identity.duplicate-person',
      ],
      [
        "the address at the provider's other name",
        { ...other, email: 'z.o.e.muller@googlemail.com' },
        'identity.duplicate-person',
      ],
      [
        'the name without accents',
        { ...same, firstName: 'Zoe', lastName: 'Muller Lukowska' },
        'identity.duplicate-person',
      ],
      ['the name transcribed', { ...same, lastName: 'MUELLER-LUKOWSKA' }, 'identity.duplicate-person'],
      [
        'the names swapped',
        { ...same, firstName: 'Müller-Łukowska', lastName: 'Zoë' },
        'identity.duplicate-person',
      ],
      [
        'the name in Cyrillic',
        { ...same, firstName: 'Зое', lastName: 'Муллер Лукоwска' },
        'identity.duplicate-person',
      ],
      ['the number as dialled at home', { ...other, phone: '99 12 34 56' }, 'identity.duplicate-person'],
      [
        'the number with 00',
        { ...other, phone: '00356-9912-3456', country: 'DE' },
        'identity.duplicate-person',
      ],
      ['the number with brackets', { ...other, phone: '+356 (9912) 3456' }, 'identity.duplicate-person'],
    ])('%s', async (_, changes, code) => {
      const before = await around.count('player');
      expect(codeOf(await around.register(around.form(changes)))).toBe(code);
      expect(await around.count('player')).toBe(before);
    });

    it('and of the same at once, in disguises, one gets in', async () => {
      const forms = [
        'ivo.kranj@gmail.com',
        'ivokranj@gmail.com',
        'i.v.o.kranj+1@gmail.com',
        'IVO.kranj@googlemail.com',
      ];
      const results = await Promise.all(
        forms.map((email, i) => around.register(around.form({ ...other, lastName: `Kranj ${i}`, email }))),
      );
      expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    });

    it('while tags and dots where they mean something are other people', async () => {
      for (const email of ['one.two@example.com', 'onetwo@example.com', 'one.two+a@example.com']) {
        await player({ email });
      }
    });
  });
});
