import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MalformedBody } from '../json-body';
import { readXml } from './xml';

const read = (text: string | Buffer) => readXml(Buffer.from(text as string));
const vectors = JSON.parse(readFileSync(join(__dirname, 'fixtures/vectors.json'), 'utf8')) as {
  cases: { name: string; request: { bodyBase64: string }; expect?: Record<string, string> }[];
};
const textOf = (content: string) => read(`<r><a>${content}</a></r>`).children[0]?.text;

describe('reading XML', () => {
  it('gives the root, its children in order, and their text', () => {
    expect(read('<?xml version="1.0" encoding="UTF-8"?>\n<r><a>1</a> <b/><a></a></r>\n')).toEqual({
      root: 'r',
      children: [
        { name: 'a', text: '1' },
        { name: 'b', text: '' },
        { name: 'a', text: '' },
      ],
    });
  });

  it.each([
    ['a byte order mark', '\u{feff}<r/>'],
    ['comments around the root', '<!-- a --><r><!-- <a> & --></r><!--b-->\n'],
    ['single quotes', "<?xml version='1.0' standalone='yes'?><r/>"],
    ['a namespace and prefixes', '<n:r xmlns:n="http://x" xmlns="y"></n:r>'],
    ['attributes with references', '<r a="&lt;&#65;&gt;" b = \'"\' />'],
    ['line ends of Windows', '\r\n<r>\r\n</r>\r\n'],
  ])('takes %s', (_what, text) => {
    expect(read(text)).toEqual({ root: 'r', children: [] });
  });

  it.each([
    ['a &amp; b &lt;&gt;&quot;&apos;', 'a & b <>"\''],
    ['&#65;&#x42;&#x1F3B0;', 'AB🎰'],
    ['&amp;lt;', '&lt;'], // resolved once
    ['<![CDATA[<b>&amp;]]>x<![CDATA[]]>', '<b>&amp;x'],
    ['a<!-- - -->b', 'ab'],
    [' a\r\nb\rc ', ' a\nb\nc '],
    ['李', '李'],
    ['x<b>y</b>z', undefined],
    ['<b/>', undefined],
  ])('reads the text %j as %j', (content, text) => {
    expect(textOf(content)).toBe(text);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['JSON', '{"a":1}'],
    ['a DOCTYPE', '<!DOCTYPE r><r/>'],
    ['a DOCTYPE in small letters', '<!doctype r><r/>'],
    ['a DOCTYPE behind a comment', '<!-- --><!DOCTYPE r [<!ENTITY a "b">]><r/>'],
    ['a DOCTYPE inside', '<r><!DOCTYPE r></r>'],
    ['an entity declaration', '<r><!ENTITY a "b"></r>'],
    ['an entity that is not predefined', '<r>&a;</r>'],
    ['such an entity in an attribute', '<r a="&a;"/>'],
    ['an entity of a prototype', '<r>&constructor;</r>'],
    ['an external entity by name', '<r>&xxe;</r>'],
    ['a bare ampersand', '<r>a & b</r>'],
    ['an open reference', '<r>&#65</r>'],
    ['a reference to NUL', '<r>&#0;</r>'],
    ['a reference to a control', '<r>&#x1f;</r>'],
    ['a reference to half a pair', '<r>&#xD83C;&#xDFB0;</r>'],
    ['a reference beyond Unicode', '<r>&#x110000;</r>'],
    ['a control character', '<r>\x01</r>'],
    ['NUL', '<r>\0</r>'],
    ['U+FFFF', '<r>\uffff</r>'],
    ['a processing instruction', '<r><?php echo 1?></r>'],
    ['a stylesheet', '<?xml-stylesheet href="x"?><r/>'],
    ['a declaration that is not first', ' <?xml version="1.0"?><r/>'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><r/>'],
    ['a shadowed encoding', '<?xml version="1.0" encoding="UTF-7"?><r/>'],
    ['two roots', '<r/><r/>'],
    ['text behind the root', '<r/>x'],
    ['a root that is not closed', '<r><a></a>'],
    ['tags that overlap', '<r><a><b></a></b></r>'],
    ['another closing tag', '<r></R>'],
    ['another prefix', '<n:r></r>'],
    ['an open tag', '<r'],
    ['an open attribute', '<r a="'],
    ['an attribute without quotes', '<r a=1/>'],
    ['an attribute with a tag', '<r a="<"/>'],
    ['a repeated attribute', '<r a="1" a="2"/>'],
    ['an open comment', '<r><!-- </r>'],
    ['dashes in a comment', '<r><!-- -- --></r>'],
    ['an open CDATA section', '<r><![CDATA[</r>'],
    ['CDATA outside', '<![CDATA[x]]><r/>'],
    ['the end of a section', '<r>]]></r>'],
    ['a space before a name', '< r/>'],
    ['a name of digits', '<1/>'],
    ['too many levels', '<a>'.repeat(9) + '</a>'.repeat(9)],
    ['levels without end', '<a>'.repeat(20_000)],
    ['too many elements', `<r>${'<a/>'.repeat(101)}</r>`],
    ['more than 64 KiB', `<r>${' '.repeat(65_536)}</r>`],
  ])('refuses %s', (_what, text) => {
    expect(() => read(text)).toThrow(MalformedBody);
  });

  it.each(vectors.cases.filter((vector) => vector.expect).map((vector) => [vector.name, vector] as const))(
    'reads the golden vector "%s" as another implementation does',
    (_name, vector) => {
      const { root, children } = readXml(Buffer.from(vector.request.bodyBase64, 'base64'));
      const texts = Object.fromEntries(children.map((child) => [child.name, child.text]));
      expect({ ...texts, root }).toMatchObject(vector.expect ?? {});
    },
  );

  it('refuses bytes that are no UTF-8', () => {
    const around = (...bytes: number[]) =>
      Buffer.concat([Buffer.from('<r>'), Buffer.of(...bytes), Buffer.from('</r>')]);
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0xbd], [0xe6, 0x9d]])
      expect(() => read(around(...bytes))).toThrow(MalformedBody);
  });
});
