// What names are made of besides names. All of it is written as it stands after transliteration, in lower case. Maps, not
// objects: somebody may be called Constructor.

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Said before or after a person's name without being part of it. */
export const titles = words(`
  mr mrs ms miss mister dr doctor prof professor sir dame lord lady rev reverend hon honourable
  president prasident presidente prezident minister general gen colonel col major maj captain capt lieutenant lt
  sheikh shaikh shaykh sheik hajji haji hajj hadji mullah mulla maulavi mawlawi maulana qari hafiz ustad imam
  ayatollah monsieur madame mme herr frau senor senora signor don dona jr junior sr senior comrade`);

/** Joining words of personal names: their loss or another spelling says little. */
export const particles = words(`
  al el ul ur ad as ash az an ar bin ben ibn bint bt de da do dos das di del della der den des du van von zu zum
  la le les lo y e na ibni abu abou oglu ogly kyzy`);

/** Spellings of one and the same particle. */
export const particleForms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...Object.fromEntries('el ul ur ad as ash az an ar'.split(' ').map((form) => [form, 'al'])),
    ...{ ibn: 'bin', ben: 'bin', ibni: 'bin', bt: 'bint', abou: 'abu', ogly: 'oglu' },
  }),
);

/** Legal forms of companies by what they are: those of one kind stand for each other. */
const legalFormKinds: Readonly<Record<string, string>> = {
  corporation: 'corporation corp inc incorporated company co cia compania compagnie korporatsiya',
  limited: 'ltd limited pte pty pvt private ltda limitada',
  'public-limited': 'plc',
  'limited-liability': 'llc ooo srl sarl sro doo sl tov spzoo gmbh bv bvba lda',
  'joint-stock':
    'ag jsc ojsc pjsc cjsc oao zao pao ao sa sas spa as aps ab oy oyj nv se ad kft akg aktiengesellschaft',
  partnership: 'lp llp kg ohg',
  association: 'ano ev eg',
  bank: 'na',
};
export const legalForms: ReadonlyMap<string, string> = new Map(
  Object.entries(legalFormKinds).flatMap(([kind, forms]) =>
    forms.split(' ').map((form) => [form, kind] as const),
  ),
);

/** Legal forms that are written in several words, longest first, and the short form of each. */
export const longLegalForms: readonly (readonly [string, string])[] = [
  ['aktiengesellschaft', 'ag'],
  ['gesellschaft mit beschrankter haftung', 'gmbh'],
  ['obshchestvo s ogranichennoy otvetstvennostyu', 'ooo'],
  ['societatea cu raspundere limitata', 'srl'],
  ['societe a responsabilite limitee', 'sarl'],
  ['publichnoe aktsionernoe obshchestvo', 'pao'],
  ['otkrytoe aktsionernoe obshchestvo', 'oao'],
  ['zakrytoe aktsionernoe obshchestvo', 'zao'],
  ['open joint stock company', 'ojsc'],
  ['public joint stock company', 'pjsc'],
  ['closed joint stock company', 'cjsc'],
  ['joint stock company', 'jsc'],
  ['limited liability company', 'llc'],
  ['limited liability partnership', 'llp'],
  ['public limited company', 'plc'],
  ['aktsionernoe obshchestvo', 'ao'],
  ['sociedad anonima', 'sa'],
  ['societe anonyme', 'sa'],
  ['s a de c v', 'sa'],
  ['sa de cv', 'sa'],
  ['sp z o o', 'spzoo'],
  ['sp z oo', 'spzoo'],
  ['private limited', 'ltd'],
  ['co ltd', 'ltd'],
];

/** Words that many organisations have: sharing one says little, differing in one still tells two apart. */
export const genericWords = words(`
  group gruppe holding holdings international intl global industries industry trading general national bank banking
  services service solutions systems enterprises enterprise technology technologies engineering construction
  investment investments capital fund partners foundation trust organization management shipping aviation airlines
  academy university institute center centre centr ministry department government association society union mv mt
  ss vessel ship motor tanker products import export business commercial development association the of and for in
  to on at by de y la`);

/** Different spellings or abbreviations of one word. */
export const synonyms: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{
      intl: 'international',
      organisation: 'organization',
      labour: 'labor',
      centre: 'center',
      gruppe: 'group',
    },
    ...{
      us: 'usa',
      'united-states': 'usa',
      bros: 'brothers',
      dept: 'department',
      univ: 'university',
      natl: 'national',
    },
    ...{ govt: 'government', assn: 'association', mfg: 'manufacturing', zavod: 'plant', defence: 'defense' },
  }),
);

const ones = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');
const ordinals =
  'zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth'.split(' ');
const tens: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{
      twenty: 20,
      thirty: 30,
      forty: 40,
      fourty: 40,
      fifty: 50,
      sixty: 60,
      seventy: 70,
      eighty: 80,
      ninety: 90,
    },
  }),
);

const romans = 'o i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx'.split(' ');

/** The number that a word of an organisation's name says, or undefined. */
export function numberOf(word: string): number | undefined {
  const digits = /^(\d{1,9})(st|nd|rd|th)?$/.exec(word);
  if (digits) return Number(digits[1]);
  const one = ones.indexOf(word);
  if (one >= 0) return one;
  const ordinal = Math.max(ordinals.indexOf(word), romans.indexOf(word, 1));
  return ordinal >= 0 ? ordinal : tens.get(word);
}

/** Short forms of given names; both stand for the name. */
export const nicknames: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    ...{ bill: ['william'], bob: ['robert'], bibi: ['benjamin'], ben: ['benjamin'], barry: ['barack'] },
    ...{ ted: ['theodore', 'edward'], tom: ['thomas'], tony: ['anthony'], mike: ['michael'], jim: ['james'] },
    ...{
      joe: ['joseph'],
      dick: ['richard'],
      kate: ['katherine', 'catherine'],
      liz: ['elizabeth'],
      peggy: ['margaret'],
    },
    ...{
      sasha: ['alexander', 'aleksandr', 'alexandra'],
      volodya: ['vladimir'],
      vova: ['vladimir'],
      misha: ['mikhail'],
    },
    ...{
      kolya: ['nikolai'],
      seryozha: ['sergei'],
      dima: ['dmitri', 'dmitry'],
      pepe: ['jose'],
      paco: ['francisco'],
    },
    ...{
      sepp: ['josef'],
      alex: ['alexander'],
      dave: ['david'],
      steve: ['steven', 'stephen'],
      chris: ['christopher'],
    },
    ...{ john: ['juan', 'johannes', 'ivan', 'jean', 'giovanni'], max: ['maximilian'], fred: ['frederick'] },
  }),
);
