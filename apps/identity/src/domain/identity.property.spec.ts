import fc from 'fast-check';
import { BlindIndex } from '../crypto/blind-index';
import { ageOn, parseDate } from './calendar';
import { lockSeconds } from './lock-out';
import { mailboxOf, normaliseEmail, normaliseName, normalisePhone } from './normalise';

const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2026-01-01'), noInvalidDate: true });
const iso = (date: Date) => date.toISOString().slice(0, 10);
const birthOf = (text: string) => {
  const birth = parseDate(text);
  if (!birth) throw new Error(`${text} is no date`);
  return birth;
};
const index = new BlindIndex(Buffer.alloc(32, 7));

describe('age', () => {
  it('reads every day of the calendar back', () => {
    fc.assert(fc.property(day, (date) => expect(parseDate(iso(date))).toBeDefined()));
  });

  it('grows by one on one day of each year, never a day early', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 60 }), (born, years) => {
        const birth = birthOf(iso(born));
        // JavaScript moves 29 February of a common year to 1 March, the rule that is wanted
        const birthday = new Date(Date.UTC(birth.year + years, birth.month - 1, birth.day));
        expect(ageOn(birth, birthOf(iso(birthday)))).toBe(years);
        expect(ageOn(birth, birthOf(iso(new Date(birthday.getTime() - 1))))).toBe(years - 1);
      }),
    );
  });
});

describe('blind indexes', () => {
  const local = fc.stringMatching(/^[a-z0-9]{1,20}$/);

  it('find an e-mail address in any case and no other', () => {
    fc.assert(
      fc.property(
        local,
        local,
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (one, other, upper) => {
          const email = `${one}@example.com`;
          const shouted = Array.from(email, (c, i) => (upper[i] ? c.toUpperCase() : c)).join('');
          expect(index.of('email', normaliseEmail(shouted))).toEqual(
            index.of('email', normaliseEmail(email)),
          );
          const equal = index
            .of('email', normaliseEmail(`${other}@example.com`))
            .equals(index.of('email', email));
          expect(equal).toBe(one === other);
        },
      ),
    );
  });

  it('depend on the key and on the kind', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ minLength: 32, maxLength: 32 }), (text, key) => {
        expect(index.of('email', text)).not.toEqual(index.of('phone', text));
        expect(index.of('email', text)).not.toEqual(new BlindIndex(Buffer.from(key)).of('email', text));
      }),
    );
  });
});

describe('normal forms', () => {
  it('are normal: doing it twice changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (one, other) => {
        const name = normaliseName(one, other);
        expect(name).toMatch(/^([a-z0-9]*[a-z][a-z0-9]*)?$/);
        expect(normaliseEmail(normaliseEmail(one))).toBe(normaliseEmail(one));
        const phone = normalisePhone(one, 'GB');
        if (phone !== undefined) expect(normalisePhone(phone, 'MT')).toBe(phone);
      }),
    );
  });

  it('of a telephone number do not depend on separators or on the country it is written in', () => {
    const separators = fc.array(fc.constantFrom('', ' ', '-', '.', '/'), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.integer({ min: 20_000_000, max: 79_999_999 }), separators, (subscriber, gaps) => {
        const digits = `356${subscriber}`;
        const spread = Array.from(digits, (digit, i) => digit + (gaps[i] ?? '')).join('');
        for (const text of [`+${spread}`, `00${spread}`]) {
          expect(normalisePhone(text, 'DE')).toBe(`+${digits}`);
        }
      }),
    );
  });

  it('of a mailbox do not depend on tags, and are one for a dotted name at Gmail', () => {
    const name = fc.stringMatching(/^[a-z0-9]{2,20}$/);
    const tag = fc.stringMatching(/^[a-z0-9+]{0,10}$/);
    fc.assert(
      fc.property(name, tag, fc.nat(18), (local, extra, at) => {
        const cut = 1 + (at % (local.length - 1));
        const dotted = `${local.slice(0, cut)}.${local.slice(cut)}`;
        expect(mailboxOf(`${dotted}+${extra}@googlemail.com`)).toBe(`${local}@gmail.com`);
        expect(mailboxOf(mailboxOf(`${dotted}+${extra}@icloud.com`))).toBe(`${dotted}@icloud.com`);
      }),
    );
  });

  it('of a name do not depend on case or on the order of its parts', () => {
    const part = fc.stringMatching(/^[a-zA-Z]{1,12}$/);
    fc.assert(
      fc.property(part, part, (first, last) => {
        expect(normaliseName(last.toUpperCase(), first)).toBe(normaliseName(first, last));
      }),
    );
  });
});

describe('the lock-out', () => {
  it('never shortens and never passes its cap', () => {
    const rule = { maxFailures: 5, firstLockSeconds: 30, maxLockSeconds: 3_600 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (failures) => {
        const seconds = lockSeconds(failures, rule);
        expect(seconds).toBeLessThanOrEqual(lockSeconds(failures + 1, rule));
        expect(seconds).toBeLessThanOrEqual(3_600);
        expect(seconds > 0).toBe(failures >= 5);
      }),
    );
  });
});
