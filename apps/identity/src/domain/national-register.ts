import type { PostalAddress, RestrictionKind } from '@baize/contracts';
import type { RegisterName } from './market-protection';

/**
 * What a register says for sure: there is an entry; there was one, and the person has ended it there; there is none for
 * these data.
 */
export type RegisterAnswer = 'excluded' | 'removed' | 'clear';

/** What a register knows people by. */
export interface RegisterSubject {
  readonly firstName: string;
  readonly lastName: string;
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string;
  readonly email: string;
  readonly address: PostalAddress;
  /** E.164 */
  readonly phone?: string;
}

/** A national register of self-exclusion: an outside party. */
export interface NationalRegister {
  /** Undefined without a definite answer: whoever asks forbids what an entry would. */
  check(subject: RegisterSubject, timeoutMs: number): Promise<RegisterAnswer | undefined>;
}

/** The last definite answer about an account. */
export interface KnownAnswer {
  readonly answer: RegisterAnswer;
  readonly askedAt: Date;
  /** Whether it is about the data that the account has now. */
  readonly isAboutNow: boolean;
}

/** Whether an answer still counts. That somebody is excluded is the restriction's to say, never an old answer's. */
export function isCurrent(known: KnownAnswer | undefined, maximumAgeHours: number, now: Date): boolean {
  if (!known?.isAboutNow || known.answer === 'excluded') return false;
  return now.getTime() - known.askedAt.getTime() < maximumAgeHours * 3_600_000;
}

/** A restriction in force that a register's answer made. */
export interface RegisterEntry {
  readonly id: string;
  readonly register: string;
  readonly playerId: string;
  /** Whether the account never came to be or was closed: nothing is asked about it any more. */
  readonly isOrphan: boolean;
}

/**
 * What an answer about an account changes for the person. An entry restricts once per account. It ends when the register
 * says that the person ended it, and only for the account that it was found by or one that is asked about no more. That
 * there is none for these data ends nothing: they may have changed since, and time alone re-opens nothing.
 */
export function decideAnswer(
  answer: RegisterAnswer,
  asked: { readonly playerId: string; readonly register: RegisterName },
  entries: readonly RegisterEntry[],
): { readonly restricts: boolean; readonly ends: readonly string[] } {
  const own = entries.filter(({ playerId }) => playerId === asked.playerId);
  if (answer === 'excluded') return { restricts: own.length === 0, ends: [] };
  if (answer === 'clear') return { restricts: false, ends: [] };
  const ended = entries.filter(
    ({ register, playerId, isOrphan }) =>
      register === asked.register && (playerId === asked.playerId || isOrphan),
  );
  return { restricts: false, ends: ended.map(({ id }) => id) };
}

/**
 * Whether these restrictions keep somebody from opening an account. A register's entry does not by itself where a register
 * is asked before the account opens: it may say that the person has ended it.
 */
export function barsRegistration(kinds: readonly RestrictionKind[], register: RegisterName | null): boolean {
  return kinds.some((kind) => kind !== 'time-out' && !(kind === 'national-register' && register !== null));
}
