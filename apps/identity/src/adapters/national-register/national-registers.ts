import { registerNames, type RegisterName } from '../../domain/market-protection';
import type { NationalRegister } from '../../domain/national-register';
import { HttpRegister } from './http-register';

/** The registers that this installation is connected to, as `NATIONAL_REGISTERS` configures them. */
export class NationalRegisters {
  private readonly byName = new Map<string, NationalRegister>();

  /** @throws Error that names what is wrong in the text, never a value */
  constructor(text: string) {
    const given: unknown = JSON.parse(text);
    if (typeof given !== 'object' || given === null || Array.isArray(given))
      throw new Error('NATIONAL_REGISTERS is no JSON object of registers');
    for (const [name, access] of Object.entries(given)) this.byName.set(name, registerOf(name, access));
  }

  find(name: RegisterName): NationalRegister | undefined {
    return this.byName.get(name);
  }
}

function registerOf(name: string, access: unknown): NationalRegister {
  if (!(registerNames as readonly string[]).includes(name))
    throw new Error(`NATIONAL_REGISTERS: ${name} is no register that is known`);
  const { url, apiKey } = (access ?? {}) as { url?: unknown; apiKey?: unknown };
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new Error(`NATIONAL_REGISTERS: ${name} lacks a url`);
  if (typeof apiKey !== 'string' || apiKey === '')
    throw new Error(`NATIONAL_REGISTERS: ${name} lacks an apiKey`);
  return new HttpRegister(url, apiKey);
}
