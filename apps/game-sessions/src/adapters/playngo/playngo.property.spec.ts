import fc from 'fast-check';
import { playngo } from './playngo';

const verify = playngo.verifier({ accessToken: 'the-right-token' });
const roots = ['authenticate', 'balance', 'reserve', 'release', 'cancelReserve'];
const names = [
  'externalId',
  'transactionId',
  'real',
  'currency',
  'roundId',
  'gameId',
  'state',
  'accessToken',
];
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('1.00', '-1', 'the-right-token', '&amp;', '&#65;', '&xxe;', '<![CDATA[x]]>', '<a>', ']]>'),
);
const fragment = fc.constantFrom(
  ...[
    '<!DOCTYPE a>',
    '<!ENTITY a "b">',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?a?>',
    '</',
    '/>',
    '<',
    '>',
    '&',
  ],
);
const document = fc.record({
  root: fc.constantFrom(...roots),
  fields: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), text), text), { maxLength: 10 }),
  insert: fc.oneof(fc.constant(''), fragment),
  at: fc.nat(400),
});

function hear(path: string, body: string): void {
  const call = { method: 'POST', path, query: '', headers: [], body: Buffer.from(body) };
  const startedAt = process.cpuUsage();
  verify(call, 0);
  const decoded = playngo.decode(call);
  expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(1_000);
  if (decoded.ok && body.includes('<!DOCTYPE')) expect(body).toMatch(/<!--|<!\[CDATA\[/);
}

describe('playngo bodies', () => {
  it('never throw, whatever they say', () => {
    fc.assert(
      fc.property(document, ({ root, fields, insert, at }) => {
        const content = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
        const body = `<${root}>${content}</${root}>`;
        hear(`/${root}`, body.slice(0, at) + insert + body.slice(at));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['open elements', '<a>'.repeat(21_000)],
    ['empty elements', `<reserve>${'<a/>'.repeat(16_000)}</reserve>`],
    ['attributes', `<reserve ${Array.from({ length: 8_000 }, (_, i) => `a${i}=""`).join(' ')}/>`],
    ['spaces in a tag', `<reserve${' '.repeat(65_000)}`],
    ['spaces in a declaration', `<?xml version="1.0"${' '.repeat(65_000)}`],
    ['one name', `<${'a'.repeat(65_000)}`],
    ['names with colons', `<${'a:'.repeat(32_000)}`],
    ['comments', `<reserve>${'<!---->'.repeat(9_000)}`],
    ['open comments', '<!--'.repeat(16_000)],
    ['open sections', `<reserve>${'<![CDATA['.repeat(7_000)}`],
    ['references', `<reserve><real>${'&#49;'.repeat(13_000)}</real></reserve>`],
    ['ampersands', `<reserve>${'&'.repeat(65_000)}</reserve>`],
    ['line ends', `<reserve>${'\r'.repeat(65_000)}</reserve>`],
    ['other entities', `<reserve>${'&a;'.repeat(21_000)}</reserve>`],
  ])('take bounded time over 64 KiB of %s', (_what, body) => {
    for (const root of roots) hear(`/${root}`, body);
  });
});
