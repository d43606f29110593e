const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Names that the lists use and CLDR does not. */
const others: Readonly<Record<string, string>> = {
  ...{ 'korea, north': 'KP', "democratic people's republic of korea": 'KP', 'korea, south': 'KR' },
  ...{ 'republic of korea': 'KR', 'russian federation': 'RU', burma: 'MM', 'syrian arab republic': 'SY' },
  ...{ 'iran (islamic republic of)': 'IR', 'congo, democratic republic of the': 'CD', 'west bank': 'PS' },
  ...{ 'democratic republic of the congo': 'CD', "cote d'ivoire": 'CI', türkiye: 'TR', turkey: 'TR' },
  ...{ 'united kingdom of great britain and northern ireland': 'GB', 'united states of america': 'US' },
  ...{ 'libyan arab jamahiriya': 'LY', 'bosnia and herzegovina': 'BA', palestinian: 'PS', 'viet nam': 'VN' },
};

const codes = new Map(
  letters.flatMap((a) =>
    letters.flatMap((b) => {
      const name = names.of(a + b);
      return name === undefined ? [] : [[name.toLowerCase(), a + b] as const];
    }),
  ),
);

/** ISO 3166-1 alpha-2 of a country as a list names it; undefined for what is none. */
export function countryCode(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  if (/^[a-z]{2}$/.test(name)) return name.toUpperCase();
  return others[name] ?? codes.get(name);
}
