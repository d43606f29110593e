import { SaxesParser } from 'saxes';
import { ListFileError } from '../../domain/screening/list-entry';
import type { ListFile } from './read-file';

/** An element with what is in it; text is that of the element itself. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const MAX_DEPTH = 32;
const MAX_TEXT = 65_536;
const MAX_CHILDREN = 10_000;
const CHUNK = 65_536;

/**
 * Reads an XML list element by element and hands over each one named in `wanted`, which is then forgotten: only one
 * is in memory. Names are given without their prefix. Refuses every DOCTYPE, so that there are no entities to expand.
 * @throws ListFileError on XML that is broken, truncated, too deep or not of the root element
 */
export function readXml(
  file: ListFile,
  root: string,
  wanted: readonly string[],
  take: (one: Element) => void,
): void {
  const parser = new SaxesParser();
  const refused = (reason: string) => new ListFileError(`${file.path}: ${reason}`);
  const open: Element[] = [];
  let depth = 0;
  parser.on('error', (error) => {
    throw refused(`is no well-formed XML (${error.message.slice(0, 200)}); is it truncated?`);
  });
  parser.on('doctype', () => {
    throw refused('has a DOCTYPE, which lists never have: it could define entities');
  });
  parser.on('xmldecl', ({ encoding }) => {
    if (encoding && encoding.toLowerCase() !== 'utf-8')
      throw refused(`says that it is ${encoding}, not UTF-8`);
  });
  parser.on('opentag', (tag) => {
    const name = tag.name.replace(/^.*:/, '');
    if (depth === 0 && name !== root) throw refused(`begins with <${name}>, not <${root}>`);
    if ((depth += 1) > MAX_DEPTH) throw refused(`is nested deeper than ${MAX_DEPTH} elements`);
    const parent = open.at(-1);
    if (!parent && !wanted.includes(name)) return;
    const element: Element = {
      name,
      attributes: tag.attributes,
      children: [],
      text: '',
    };
    if (parent && parent.children.push(element) > MAX_CHILDREN)
      throw refused('has an element with too many children');
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (!element) return;
    element.text += text;
    if (element.text.length > MAX_TEXT) throw refused(`has an element with more than ${MAX_TEXT} characters`);
  });
  parser.on('closetag', () => {
    depth -= 1;
    const element = open.pop();
    if (element && open.length === 0) take(element);
  });
  for (let i = 0; i < file.text.length; i += CHUNK) parser.write(file.text.slice(i, i + CHUNK));
  parser.close();
}

/** The texts of all elements of that name below, at any depth, without empty ones. */
export function textsOf(element: Element, name: string): string[] {
  return below(element, name).flatMap(({ text }) => (text.trim() === '' ? [] : [text.trim()]));
}

/** All elements of that name below, at any depth. */
export function below(element: Element, name: string): Element[] {
  return element.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...below(child, name),
  ]);
}
