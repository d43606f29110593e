import fc from 'fast-check';
import { parsePhpForm, phpQuery } from './php-form';

describe('PHP forms', () => {
  const rewritten = (text: string) => {
    const form = parsePhpForm(Buffer.from(text));
    return form && phpQuery(form.parameters);
  };

  it.each([
    ['a=b c', 'a=b+c'],
    ['a=b%20c+d', 'a=b+c+d'],
    ["a=~*!'()-_.", 'a=%7E%2A%21%27%28%29-_.'],
    ['a=é', 'a=%C3%A9'],
    ['a=%ff%e9', 'a=%FF%E9'],
    ['a=100%&b=%zz', 'a=100%25&b=%25zz'],
    ['a', 'a='],
    ['a=&b', 'a=&b='],
    ['&&a=1&', 'a=1'],
    ['', ''],
    ['a=b=c', 'a=b%3Dc'],
    ['a[1]=x&a[0]=y', 'a%5B1%5D=x&a%5B0%5D=y'],
    ['a[z]=1&b=2&a[y][x]=3', 'a%5Bz%5D=1&a%5By%5D%5Bx%5D=3&b=2'],
    ['a[]=1&a[]=2&a[7]=3&a[]=4', 'a%5B0%5D=1&a%5B1%5D=2&a%5B7%5D=3&a%5B8%5D=4'],
    ['a[b][c]=1&a[d]=2&a[b][e]=3', 'a%5Bb%5D%5Bc%5D=1&a%5Bb%5D%5Be%5D=3&a%5Bd%5D=2'],
    ['a[b c]=1', 'a%5Bb+c%5D=1'],
    ['a=1&a=2', 'a=2'],
    ['a=1&a[b]=2', 'a%5Bb%5D=2'],
    ['__proto__[x]=1&constructor=2', '__proto__%5Bx%5D=1&constructor=2'],
    ['[]=1', '%5B%5D=1'],
    ['a[b=1', 'a%5Bb=1'],
    ['a]b[=1', 'a%5Db%5B=1'],
  ])('reads %s and writes %s', (text, php) => {
    expect(rewritten(text)).toBe(php);
  });

  it.each([
    ['more parameters than any call has', 'a=1&'.repeat(513)],
    ['a list of many values', 'a[]=1&'.repeat(20_000)],
    ['deep nesting', `a${'[b]'.repeat(8)}=1`],
    ['very deep nesting', `a${'[]'.repeat(100_000)}=1`],
  ])('refuses the array bomb of %s, at once', (_what, text) => {
    const startedAt = process.cpuUsage();
    expect(parsePhpForm(Buffer.from(text))).toBeUndefined();
    expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(500);
  });

  it('writes what it read, whatever the names and values are', () => {
    const part = fc.string({ unit: 'binary', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(part, fc.array(part, { maxLength: 3 }), part), { maxLength: 20 }),
        (pairs) => {
          const text = pairs
            .map(([name, keys, value]) => [name, keys.map((key) => `[${key}]`).join(''), value] as const)
            .map(([name, keys, value]) => `${encodeURIComponent(name + keys)}=${encodeURIComponent(value)}`)
            .join('&');
          const once = rewritten(text) ?? '';
          expect(rewritten(once)).toBe(once);
        },
      ),
      { numRuns: 300 },
    );
  });
});
