import { parseOneLine, parseStanzas } from './nats-download.cjs';

describe('apt sources', () => {
  it('reads one-line entries with and without options', () => {
    const text = [
      '# deb http://commented.example/debian trixie main',
      'deb http://mirror.example/debian bookworm main contrib # a remark',
      'deb-src http://mirror.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://mirror.example/debian trixie main',
    ].join('\n');
    expect(parseOneLine(text)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        options: '',
        suites: ['bookworm'],
        components: ['main', 'contrib'],
      },
      {
        uri: 'https://mirror.example/debian',
        options: 'arch=amd64 signed-by=/usr/share/keyrings/a.gpg',
        suites: ['trixie'],
        components: ['main'],
      },
    ]);
  });

  it('reads stanzas with comments, folded fields and several addresses', () => {
    const text = [
      'Types: deb',
      '# a remark within',
      'URIs: http://one.example/debian http://two.example/debian',
      'Suites: bookworm',
      ' bookworm-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian.gpg',
      '',
      'Types: deb',
      'Enabled: no',
      'URIs: http://off.example/debian',
      'Suites: trixie',
      'Components: main',
    ].join('\n');
    const rest = {
      options: 'signed-by=/usr/share/keyrings/debian.gpg',
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main'],
    };
    expect(parseStanzas(text)).toEqual([
      { uri: 'http://one.example/debian', ...rest },
      { uri: 'http://two.example/debian', ...rest },
    ]);
  });

  it('does not take a key that is written into a stanza for a file', () => {
    const text =
      'Types: deb\nURIs: http://a.example\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN PGP';
    expect(parseStanzas(text)[0]?.options).toBe('');
  });
});
