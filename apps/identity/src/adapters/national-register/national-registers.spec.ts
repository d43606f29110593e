import { NationalRegisters } from './national-registers';

const wrong = (config: unknown) => {
  try {
    new NationalRegisters(JSON.stringify(config));
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the configuration of national registers', () => {
  it('connects those that it names', () => {
    const registers = new NationalRegisters('{"GAMSTOP":{"url":"https://register.example/v2","apiKey":"k"}}');
    expect(registers.find('GAMSTOP')).toBeDefined();
    expect(registers.find('OASIS')).toBeUndefined();
  });

  it('says what is wrong, and no key', () => {
    expect(wrong([])).toBe('NATIONAL_REGISTERS is no JSON object of registers');
    expect(wrong({ ROFUS: {} })).toBe('NATIONAL_REGISTERS: ROFUS is no register that is known');
    expect(wrong({ OASIS: null })).toBe('NATIONAL_REGISTERS: OASIS lacks a url');
    for (const url of ['register.example', 'ftp://register.example', 'https://']) {
      expect(wrong({ OASIS: { url, apiKey: 'secret' } })).toBe('NATIONAL_REGISTERS: OASIS lacks a url');
    }
    expect(wrong({ OASIS: { url: 'https://register.example' } })).toBe(
      'NATIONAL_REGISTERS: OASIS lacks an apiKey',
    );
  });
});
