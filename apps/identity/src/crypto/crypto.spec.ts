import { randomBytes } from 'node:crypto';
import { Passwords } from './passwords';
import { digestOf, issueTokens } from './tokens';
import { Vault } from './vault';

describe('Vault', () => {
  const vault = new Vault(randomBytes(32));
  const secret = { firstName: 'Ada', note: 'ünïcode ✓' };

  it('opens what it sealed, with the key that it unwraps', () => {
    const { wrapped } = vault.newPersonKey('person');
    const sealed = vault.seal(vault.unwrap(wrapped, 'person'), secret, 'row');
    expect(sealed.toString('latin1')).not.toContain('Ada');
    expect(vault.open(vault.unwrap(wrapped, 'person'), sealed, 'row')).toEqual(secret);
  });

  it('seals the same twice differently', () => {
    const { key } = vault.newPersonKey('person');
    expect(vault.seal(key, secret, 'row')).not.toEqual(vault.seal(key, secret, 'row'));
  });

  it('opens nothing for another person, row, master key, or after any change', () => {
    const { key, wrapped } = vault.newPersonKey('person');
    const sealed = vault.seal(key, secret, 'row');
    expect(() => vault.unwrap(wrapped, 'other')).toThrow();
    expect(() => new Vault(randomBytes(32)).unwrap(wrapped, 'person')).toThrow();
    expect(() => vault.open(key, sealed, 'other row')).toThrow();
    expect(() => vault.open(vault.newPersonKey('other').key, sealed, 'row')).toThrow();
    for (let position = 0; position < sealed.length; position += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(sealed.readUInt8(position) ^ 1, position);
      expect(() => vault.open(key, changed, 'row')).toThrow();
    }
    expect(() => vault.open(key, sealed.subarray(0, -1), 'row')).toThrow();
  });
});

describe('issueTokens', () => {
  const lives = { accessTokenSeconds: 600, refreshTokenSeconds: 3_600 };

  it('gives two different tokens of 256 bits and stores their digests alone', () => {
    const { tokens, stored } = issueTokens(lives);
    expect(Buffer.from(tokens.accessToken, 'base64url')).toHaveLength(32);
    expect(tokens.accessToken).not.toBe(tokens.refreshToken);
    expect(stored.accessDigest).toEqual(digestOf(tokens.accessToken));
    expect(stored.refreshDigest).toEqual(digestOf(tokens.refreshToken));
    expect(JSON.stringify(stored)).not.toContain(tokens.accessToken);
  });
});

describe('Passwords', () => {
  const passwords = new Passwords({ memoryKib: 256, passes: 1, lanes: 1 });
  const soon = () => Date.now() + 10_000;

  it('stores argon2id with the configured cost', async () => {
    expect(await passwords.hash('correct horse', soon())).toMatch(/^\$argon2id\$v=19\$m=256,t=1,p=1\$/);
  });

  it('knows the right password, however its letters are composed', async () => {
    const stored = await passwords.hash('pässword one', soon());
    expect(await passwords.verify(stored, 'pa\u0308ssword one', soon())).toBe(true);
    expect(await passwords.verify(stored, 'password one', soon())).toBe(false);
  });

  it('takes as long where there is no account', async () => {
    const dear = new Passwords({ memoryKib: 4_096, passes: 2, lanes: 1 });
    const stored = await dear.hash('correct horse', soon());
    const took = async (hash: string | undefined) => {
      const startedAt = performance.now();
      await dear.verify(hash, 'wrong horse', soon());
      return performance.now() - startedAt;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      known.push(await took(stored));
      unknown.push(await took(undefined));
    }
    // the least of many: what the hashing itself costs, whatever else the machine does
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('says no where there is no account, even to the password of nobody', async () => {
    expect(await passwords.verify(undefined, 'nobody has this password', soon())).toBe(false);
  });
});
