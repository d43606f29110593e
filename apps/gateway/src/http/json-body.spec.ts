import { parseJson } from './json-body';

const parse = (text: string) => parseJson(Buffer.from(text));
const isRefused = (body: string | Buffer) => {
  const result = parseJson(Buffer.from(body as string));
  if (!result.ok) expect(result.error.code).toBe('request.malformed');
  return !result.ok;
};

describe('parseJson', () => {
  it('reads JSON', () => {
    expect(parse('{"a":[1,{"b":"x:{}","c":-1.5e3}],"d":{"b":null}}')).toEqual({
      ok: true,
      value: { a: [1, { b: 'x:{}', c: -1500 }], d: { b: null } },
    });
    expect(parse('{"a":1.0,"b":1.5e1,"c":"\\"a\\":1"}').ok).toBe(true);
  });

  it('reads what only looks like an escape', () => {
    expect(parse('{"a":"\\\\u0000","b":"\\ud83d\\ude00"}')).toEqual({
      ok: true,
      value: { a: '\\u0000', b: '😀' },
    });
  });

  it.each([
    ['syntax', '{"a":1'],
    ['nothing', ''],
    ['NaN', '{"a":NaN}'],
    ['a trailing comma', '[1,]'],
    ['a key twice', '{"amount":1,"amount":2}'],
    ['a key twice, escaped', '{"amount":1,"\\u0061mount":2}'],
    ['a key twice, deep down', '[{"a":{"b":1,"c":{},"b":2}}]'],
    ['a prototype key', '{"__proto__":{"admin":true}}'],
    ['an escaped prototype key', '{"a":{"\\u005f_proto__":{}}}'],
    ['a constructor key', '{"constructor":{"prototype":{"x":1}}}'],
    ['nesting', '['.repeat(17) + ']'.repeat(17)],
    ['a nesting bomb', '['.repeat(60_000)],
    ['a closed nesting bomb', '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
    ['a rounded fraction', '{"amount":1.00000000000000001}'],
    ['a rounded fraction with exponent', '{"amount":1.00000000000000000000001e1}'],
    ['a NUL', '{"a":"x\\u0000"}'],
    ['half a pair', '{"a":"\\ud83d"}'],
    ['a fraction near 2^53', '{"amount":9007199254740990.6}'],
  ])('refuses %s', (_, text) => {
    expect(isRefused(text)).toBe(true);
  });

  it('refuses what is not UTF-8', () => {
    expect(isRefused(Buffer.from([0x22, 0xff, 0x22]))).toBe(true);
  });
});
