import { eventContracts, GetBalance, PostMovements, requestContracts } from '@baize/contracts';
import { IsObject, IsOptional } from 'class-validator';
import { jsonSchemaOf } from './json-schema';
import { parse, parseEventData } from './parse';

class FreeForm {
  @IsObject() facts: Record<string, unknown>;
  @IsOptional() @IsObject() more?: Record<string, unknown>;
}

const post = {
  brand: 'demo',
  provider: 'softswiss',
  playerId: 'p1',
  currency: 'EUR',
};

function errorsOf(value: unknown) {
  const parsed = parse(PostMovements, value);
  return parsed.ok ? [] : (parsed.error.errors ?? []).map((error) => error.path);
}

describe('parse', () => {
  it.each(requestContracts.map((contract) => [contract.subject, contract] as const))(
    'compiles the classes of %s',
    (_subject, contract) => {
      expect(parse(contract.request, 42)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
      expect(jsonSchemaOf(contract.reply)).toMatchObject({ type: 'object', additionalProperties: false });
    },
  );

  it.each(eventContracts.map((contract) => [contract.type, contract] as const))(
    'accepts the sample of %s, closed and open, and refuses an empty one',
    (_type, contract) => {
      expect(parse(contract.data, contract.sample)).toEqual({ ok: true, value: contract.sample });
      expect(parseEventData(contract.data, { ...contract.sample, addedLater: 1 }).ok).toBe(true);
      expect(parseEventData(contract.data, {}).ok).toBe(false);
    },
  );

  it('names unknown fields, also nested ones and escaped ones', () => {
    const parsed = parse(GetBalance, { playerId: 'p1', brand: 'demo', 'a/b~c': 1 });
    expect(parsed).toMatchObject({ ok: false });
    if (!parsed.ok)
      expect(parsed.error.errors).toContainEqual({ path: '/a~1b~0c', message: 'unknown field' });
    expect(errorsOf({ ...post, actions: [{ kind: 'bet', id: 'x', amount: 1, evil: 1 }] })).toContain(
      '/actions/0/evil',
    );
  });

  it.each<[unknown, string]>([
    [-1, 'negative'],
    [1.5, 'fractional'],
    [2 ** 53, 'beyond 2^53-1'],
    ['10', 'text'],
    [null, 'null'],
  ])('refuses the amount %p (%s)', (amount: unknown, _why: string) => {
    expect(errorsOf({ ...post, actions: [{ kind: 'bet', id: 'x', amount }] })).toContain('/actions/0/amount');
  });

  it('refuses keys that reach a prototype, in closed objects and in free-form ones', () => {
    const polluted: unknown = JSON.parse('{"playerId":"p1","__proto__":{"admin":true}}');
    expect(parse(GetBalance, polluted).ok).toBe(false);
    const nested: unknown = JSON.parse('{"facts":{"a":[{"__proto__":{"admin":true}}]}}');
    expect(parse(FreeForm, nested)).toMatchObject({ error: { errors: [{ path: '/facts' }] } });
    expect(parse(FreeForm, { facts: { a: [{ b: 1 }] } }).ok).toBe(true);
  });

  it('bounds the list of errors', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x${i}`, i]));
    const parsed = parse(GetBalance, many);
    expect(parsed.ok ? 0 : parsed.error.errors?.length).toBe(20);
  });
});
