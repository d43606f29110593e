import { MalformedBody } from '../json-body';

/** A document as the dialect needs it: names without their namespace prefix, attributes checked and forgotten. */
export interface XmlDocument {
  readonly root: string;
  /** The root's direct children in their order. */
  readonly children: readonly XmlElement[];
}
export interface XmlElement {
  readonly name: string;
  /** Absent where the element holds other elements. */
  readonly text?: string;
}

const maxBytes = 65_536;
const maxDepth = 8;
const maxChildren = 100;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const notXml = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const declaration =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"utf-8"|'utf-8'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"yes"|"no"|'yes'|'no'))?[ \t\n]*\?>/iy;
const space = /[ \t\n]*/y;
const word = '[A-Za-z_][\\w.-]*';
const gap = '[ \\t\\n]';
const attribute = new RegExp(`(${word}(?::${word})?)${gap}*=${gap}*(?:"([^"]*)"|'([^']*)')`, 'g');
const attributeList = `(?:${gap}+${word}(?::${word})?${gap}*=${gap}*(?:"[^"<]*"|'[^'<]*'))*`;
/** A whole tag: its name with and without prefix, its attributes, and the sign that it closes itself. */
const openingTag = new RegExp(`<((?:${word}:)?(${word}))(${attributeList})${gap}*(/?)>`, 'y');
const closingTag = /<\/((?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*)[ \t\n]*>/y;
const reference = /&(?:#(\d{1,7});|#x([0-9a-fA-F]{1,6});|(amp|lt|gt|quot|apos);)?/g;
const predefined: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the strict little part of XML that the dialect speaks: elements, attributes, text, CDATA, comments, the five
 * predefined entities and character references. A DOCTYPE, any other entity and processing instructions are refused
 * before anything is made of them: there is no code here that could expand or fetch. Written by hand because general
 * parsers take more than that, accept what is not well-formed, and are several times too slow for the hot path.
 */
export function readXml(body: Buffer): XmlDocument {
  return new XmlReader(textOf(body)).read();
}

function textOf(body: Buffer): string {
  if (body.length > maxBytes) throw new MalformedBody('the body is too large');
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new MalformedBody('the body is not UTF-8');
  }
  if (notXml.test(text)) throw new MalformedBody('the body has characters that XML does not');
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

class XmlReader {
  private at = 0;
  /** Full names of the open elements, the root first. */
  private readonly open: string[] = [];
  private readonly children: XmlElement[] = [];
  private childName = '';
  private childText: string | undefined;

  constructor(private readonly text: string) {}

  read(): XmlDocument {
    this.take(declaration);
    this.skipBetween();
    const root = this.openElement();
    while (this.open.length > 0) this.readContent();
    this.skipBetween();
    if (this.at !== this.text.length) throw new MalformedBody('something follows the root element');
    return { root, children: this.children };
  }

  private readContent(): void {
    const next = this.text.indexOf('<', this.at);
    if (next < 0) throw new MalformedBody('an element is not closed');
    if (next > this.at) {
      this.addText(resolved(this.text.slice(this.at, next)));
      this.at = next;
    }
    if (this.text.startsWith('</', next)) this.closeElement();
    else if (this.text.startsWith('<!--', next)) this.skipComment();
    else if (this.text.startsWith('<![CDATA[', next)) this.readCharacterData();
    else this.openElement();
  }

  private openElement(): string {
    const [, fullName, name, attributes, end] = this.take(openingTag) ?? [];
    if (fullName === undefined || name === undefined)
      throw new MalformedBody('only whole elements, text and comments are read');
    if (attributes) checkAttributes(attributes);
    if (this.open.length === maxDepth) throw new MalformedBody(`the body nests deeper than ${maxDepth}`);
    this.open.push(fullName);
    if (this.open.length === 2) {
      this.childName = name;
      this.childText = '';
    } else if (this.open.length > 2) this.childText = undefined;
    if (end === '/') this.leaveElement();
    return name;
  }

  private closeElement(): void {
    const name = this.take(closingTag)?.[1];
    if (name === undefined || name !== this.open.at(-1))
      throw new MalformedBody('tags do not match each other');
    this.leaveElement();
  }

  private leaveElement(): void {
    if (this.open.length === 2) {
      if (this.children.length === maxChildren) throw new MalformedBody('there are too many elements');
      const { childName: name, childText: text } = this;
      this.children.push(text === undefined ? { name } : { name, text });
    }
    this.open.pop();
  }

  /** Text counts in the root's children only; what stands between them is decoration. */
  private addText(text: string): void {
    if (this.open.length === 2 && this.childText !== undefined) this.childText += text;
  }

  private readCharacterData(): void {
    const start = this.at + '<![CDATA['.length;
    const end = this.text.indexOf(']]>', start);
    if (end < 0) throw new MalformedBody('a CDATA section is not closed');
    this.addText(this.text.slice(start, end));
    this.at = end + ']]>'.length;
  }

  private skipComment(): void {
    const end = this.text.indexOf('--', this.at + '<!--'.length);
    if (end < 0 || this.text[end + 2] !== '>') throw new MalformedBody('a comment is not closed');
    this.at = end + '-->'.length;
  }

  private skipBetween(): void {
    this.take(space);
    while (this.text.startsWith('<!--', this.at)) {
      this.skipComment();
      this.take(space);
    }
  }

  /** What the sticky pattern matches here; it is behind us then. */
  private take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match) this.at = pattern.lastIndex;
    return match;
  }
}

function checkAttributes(text: string): void {
  const names = new Set<string>();
  for (const [, name = '', double, single] of text.matchAll(attribute)) {
    if (names.has(name)) throw new MalformedBody('an attribute is repeated');
    names.add(name);
    resolved(double ?? single ?? '');
  }
}

/** Text with its references resolved once; one that is not predefined is refused. */
function resolved(text: string): string {
  if (text.includes(']]>')) throw new MalformedBody('text ends a section that is not open');
  if (!text.includes('&')) return text;
  return text.replace(
    reference,
    (_whole, decimal: string | undefined, hexadecimal: string | undefined, name: string | undefined) => {
      if (name !== undefined) return predefined[name] ?? '';
      const code = decimal !== undefined ? Number(decimal) : parseInt(hexadecimal ?? '', 16);
      const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
      if (notXml.test(character)) throw new MalformedBody('an entity or character reference is not known');
      return character;
    },
  );
}
