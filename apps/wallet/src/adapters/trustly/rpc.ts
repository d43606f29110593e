import { createPrivateKey, createPublicKey, randomUUID, sign, verify, type KeyObject } from 'node:crypto';
import { askTwice, baseText, exchange, NoAnswer } from '../psp-http';
import { isObject, NumberText, objectAt, readJsonObject, textAt, type JsonObject } from '../psp-json';

/** Trustly signs and expects RSA PKCS#1 v1.5 over SHA-1. */
const algorithm = 'RSA-SHA1';

/**
 * The text that is signed: keys in byte order, each followed by its value; arrays one element after the other; null
 * is nothing. Undefined for what the rules do not cover (booleans): such data cannot be verified.
 */
function serialise(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (value instanceof NumberText) return value.text;
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const element of value) {
      const part = serialise(element);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts.join('');
  }
  if (!isObject(value)) return undefined;
  for (const key of Object.keys(value).sort(inByteOrder)) {
    const part = serialise(value[key]);
    if (part === undefined) return undefined;
    parts.push(key, part);
  }
  return parts.join('');
}

const inByteOrder = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The two halves: ours to sign with, Trustly's to verify with. */
export class TrustlyKeys {
  private readonly theirs: KeyObject;
  private readonly ours: KeyObject;

  /** @throws Error when one is no key; the message holds nothing of it */
  constructor(publicKeyPem: string, merchantPrivateKeyPem: string) {
    this.theirs = keyOr('publicKeyPem', () => createPublicKey(publicKeyPem));
    this.ours = keyOr('merchantPrivateKeyPem', () => createPrivateKey(merchantPrivateKeyPem));
  }

  sign(method: string, uuid: string, data: unknown): string {
    const text = `${method}${uuid}${serialise(data) ?? ''}`;
    return sign(algorithm, Buffer.from(text), this.ours).toString('base64');
  }

  verifies(method: string, uuid: string, data: unknown, signature: string): boolean {
    const serialised = serialise(data);
    const bytes = Buffer.from(signature, 'base64');
    // one spelling only: base64 that decodes the same but is written otherwise was not sent by Trustly
    if (serialised === undefined || bytes.toString('base64') !== signature) return false;
    return verify(algorithm, Buffer.from(`${method}${uuid}${serialised}`), this.theirs, bytes);
  }
}

function keyOr(name: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch {
    throw new Error(`the credential "${name}" must be an RSA key in PEM`);
  }
}

/** `error`: Trustly's own code; it answered, and did nothing. */
export type RpcAnswer =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

export interface TrustlyAccount {
  readonly base: URL;
  readonly username: string;
  readonly password: string;
  readonly keys: TrustlyKeys;
}

/** JSON-RPC 1.1 with signatures in both directions. */
export class TrustlyRpc {
  constructor(private readonly account: TrustlyAccount) {}

  /** `data` is text, null and objects of these. @throws NoAnswer */
  call(method: string, data: JsonObject, deadlineMs: number): Promise<RpcAnswer> {
    const { username, password, keys, base } = this.account;
    const signedData = { ...data, Username: username, Password: password };
    return askTwice(deadlineMs, async (timeoutMs) => {
      const uuid = randomUUID();
      const params = { Signature: keys.sign(method, uuid, signedData), UUID: uuid, Data: signedData };
      const { status, body } = await exchange(
        {
          method: 'POST',
          url: baseText(base),
          headers: { 'content-type': 'application/json; charset=utf-8', accept: 'application/json' },
          body: JSON.stringify({ method, params, version: '1.1' }),
        },
        timeoutMs,
      );
      const answer = readJsonObject(body);
      if (answer === undefined) throw new NoAnswer(`HTTP ${status} without a JSON object`);
      return this.read(method, uuid, answer);
    });
  }

  private read(method: string, uuid: string, answer: JsonObject): RpcAnswer {
    const failed = objectAt(answer, 'error', 'error');
    const signed = failed ?? objectAt(answer, 'result');
    const signature = textAt(signed, 'signature');
    if (signed === undefined || signature === undefined) throw new NoAnswer('an answer without a signature');
    const { data } = signed;
    // an answer to another call, or from somebody else, says nothing about this one
    if (textAt(signed, 'uuid') !== uuid || textAt(signed, 'method') !== method)
      throw new NoAnswer('an answer to another call');
    if (!this.account.keys.verifies(method, uuid, data, signature))
      throw new NoAnswer('an answer whose signature is not valid');
    if (failed === undefined) return { ok: true, data };
    return {
      ok: false,
      code: textAt(data, 'code') ?? 'unknown',
      message: textAt(data, 'message') ?? 'unknown',
    };
  }
}
