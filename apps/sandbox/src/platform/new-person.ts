import { randomBytes } from 'node:crypto';
import type { NewPlayer } from './operator-client';

/** Of names only: a repeated seed plays the same with new people. */
export function newRunTag(): string {
  return `R${[...randomBytes(6)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')}`;
}

/** Nobody else in any run: names have letters only. */
export function personOf(runTag: string, index: number, currency: string): NewPlayer {
  const name = `${runTag}${letters(index)}`;
  return {
    email: `sandbox-${name.toLowerCase()}@players.example`,
    firstName: `Sam${letters(index)}`,
    lastName: `Box${name}`,
    dateOfBirth: `${1950 + (index % 50)}-0${1 + (index % 9)}-1${index % 10}`,
    currency,
  };
}

function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26)) + last;
}
