import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { ListFileError } from '../../domain/screening/list-entry';

const MAX_BYTES = 200 * 1024 * 1024;

export interface ListFile {
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
}

/** Reads a list file of at most 200 MiB. @throws ListFileError when it is none, too large, empty, or not UTF-8 */
export async function readListFile(path: string): Promise<ListFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new ListFileError(`${path}: there is no such file`);
  if (found.size > MAX_BYTES) throw new ListFileError(`${path}: ${found.size} bytes are too many`);
  const bytes = await readFile(path);
  if (bytes.length === 0) throw new ListFileError(`${path}: the file is empty`);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { path, text: decode(path, bytes), sha256 };
}

function decode(path: string, bytes: Buffer): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw new TypeError('NUL');
    return text;
  } catch {
    throw new ListFileError(`${path}: the file is not UTF-8; another encoding would garble its names`);
  }
}
