/** Texts that broke parsers somewhere: put in the place of values, keys and whole bodies. */

/** RFC 8785 and IEEE 754: what prints differently, overflows, loses digits or is no number at all. */
export const numbers = [
  ...['0', '-0', '1', '-1', '00', '01', '1.', '.1', '+1', '1e', '0x10', '1_000', '１'],
  ...[
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '18446744073709551616',
  ],
  ...['1e21', '1E21', '1e-7', '1e309', '-1e309', '1E400', '5e-324', '2.2250738585072014e-308'],
  ...['1.7976931348623157e308', '333333333.33333329', '0.000001', '4.5', '1.0000000000000000000001'],
  ...['NaN', 'Infinity', '-Infinity', '1e+', `1${'0'.repeat(400)}`, `0.${'3'.repeat(400)}`],
];

/** Half surrogate pairs, escapes of what needs none, NUL, signs that turn the text round, letters that fold together. */
export const texts = [
  ...[
    '""',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\u005f\\u005fproto__"',
    '"\\/"',
    '"\\x41"',
    '"\t"',
  ],
  ...['"\u202e"', '"\ufeff"', '"\u0130"', '"😂"', '"\\ud83d\\ude02"', '"é"', '"e\u0301"', '"\u2028"'],
  ...[
    '"\\u20ac"',
    '"ﬁ"',
    `"${'x'.repeat(129)}"`,
    `"${'\\u0041'.repeat(200)}"`,
    '"<script>"',
    '"\\"}\\\\"',
    '"</a>&"',
    '"\' OR 1=1--"',
  ],
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '{"a":{}}', 'undefined', "'x'", '"unfinished'],
];

export const keys = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    '\\u005f_proto__',
    '',
    ' ',
    '\\u0000',
  ],
  ...['amount', 'actions', '\ud83d\ude02', '\u20ac', '\r', 'a'.repeat(5_000), '$ref', '@type'],
];

/** Whole bodies. `n` grows them. */
export const bodies: readonly ((n: number) => string)[] = [
  (n) => '['.repeat(n),
  (n) => '{"a":'.repeat(n),
  (n) => `${'['.repeat(n)}${']'.repeat(n)}`,
  (n) => `{"a":[${'{},'.repeat(n)}{}]}`,
  (n) => `{${Array.from({ length: n }, (_, i) => `"k${i}":${i}`).join(',')}}`,
  (n) => `{${'"a":1,'.repeat(n)}"a":2}`,
  (n) => `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"n":${n}}`,
  (n) => `{"actions":[${'{"action":"bet"},'.repeat(n)}{}]}`,
  // keys whose order differs between UTF-8 bytes and UTF-16 units (RFC 8785 3.2.3)
  (n) => `{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7,"n":${n}}`,
  (n) => `{"a":"${'\\u00e9'.repeat(n)}"}`,
  (n) => `{"a":${'1'.repeat(n)}}`,
  // PHP arrays: wide, deep, sparse, both text and list
  (n) => Array.from({ length: n }, (_, i) => `a[${i}]=1`).join('&'),
  (n) => `a${'[]'.repeat(n)}=1`,
  (n) => `a${'[b]'.repeat(n)}=1`,
  (n) =>
    `rollback_transactions[${'9'.repeat(Math.min(n, 300))}][action]=bet&rollback_transactions[x][action]=win`,
  (n) => `action=rollback${'&rollback_transactions[][transaction_id]=1'.repeat(n)}`,
  (n) => `a=1${'&a[]=2'.repeat(n)}`,
  (n) => `a%5B0%5D%5Bb%5D=${'%41'.repeat(n)}`,
  (n) => `__proto__[polluted]=1&constructor[prototype][polluted]=1&n=${n}`,
  (n) => '&'.repeat(n),
  (n) => '='.repeat(n),
  (n) => '%'.repeat(n),
  (n) => `hash=${'a&hash='.repeat(n)}`,
  // XML: entities that expand or fetch, document types, depth, width, sections
  (n) =>
    `<!DOCTYPE a [<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('')}]><reserve><real>&l9;</real>${n}</reserve>`,
  () => '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><reserve><real>&x;</real></reserve>',
  () => '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><reserve></reserve>',
  () => '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><reserve/>',
  (n) => `<reserve>${'<a>'.repeat(n)}`,
  (n) => `<reserve>${'<a/>'.repeat(n)}</reserve>`,
  (n) => `<reserve><real>${'&amp;'.repeat(n)}</real></reserve>`,
  (n) => `<reserve><real>${'&#48;'.repeat(n)}</real></reserve>`,
  (n) => `<reserve><real>&#x${'f'.repeat(Math.min(n, 500))};</real></reserve>`,
  (n) => `<reserve ${'a="b" '.repeat(n)}/>`,
  (n) => `<reserve>${'<![CDATA[x]]>'.repeat(n)}</reserve>`,
  (n) => `<reserve>${'<!-- -->'.repeat(n)}</reserve>`,
  (n) => `<${'a:'.repeat(n)}reserve/>`,
  () => '<?xml version="1.0" encoding="UTF-16"?><reserve/>',
  () => '<?xml-stylesheet href="x"?><reserve/>',
  (n) => `<reserve><real>${']]>'.repeat(n)}</real></reserve>`,
];
