import type { Dialect } from '../../src/domain/dialect';
import type { Speaker } from './speaker';

/** When a dialect owes an answer to an item. */
type Owes = (can: Speaker['can'], dialect: Dialect) => boolean;
const always: Owes = () => true;
const namesItsOwn: Owes = (can) => !can.namesOnlySessions;
const hasSessions: Owes = (_can, { launchToken }) => launchToken !== 'not-presented';
const only =
  (provider: string): Owes =>
  (_can, dialect) =>
    dialect.provider === provider;

/**
 * The rows of the field's table of edge cases, then what must be refused whatever the dialect. Each is proved by a case
 * that is played in the dialect; an item that a dialect owes and no case proves fails the suite.
 */
export const checklist = {
  'exact retry': always,
  'same id, other payload': always,
  'retry of a refused call': always,
  'scope of an id': always,
  'win before its bet': always,
  'awards without a bet': always,
  'rollback before its bet': always,
  'duplicate rollback': always,
  'bet rolled back after a win or a closed round': always,
  'win after rollback': always,
  'late win': always,
  // who cannot name a win in a rollback cannot take one back
  'rollback of a win whose money is spent': (can) => can.rollBackWins,
  // no dialect here names an amount to take back: a rollback is of the whole movement
  'partial rollback': () => false,
  'round with several bets and wins': always,
  'zero bet and zero win': always,
  'currency mismatch': namesItsOwn,
  'concurrent sessions': always,
  'deposit in mid round': always,
  'wallet unreachable': always,
  'several actions in one call': (can) => can.batch,
  'provider outage in mid session': always,
  'malformed result': always,
  'excess precision, NaN, negative, 2^53+': always,
  'provider breaker open': always,

  'wrong or missing signature': always,
  'stale timestamp': only('slotegrator'),
  'replayed nonce': only('slotegrator'),
  'unknown player': namesItsOwn,
  'unknown provider': always,
  'not JSON, XML or a form': always,
  'nesting bombs': always,
  'prototype pollution keys': always,
  'unknown fields': always,
  'token of another player': (can, dialect) => hasSessions(can, dialect) && namesItsOwn(can, dialect),
  'token of another provider': hasSessions,
  // whoever presents none plays in what was launched last
  'expired token': always,
  'reused token': (_can, { launchToken }) => launchToken === 'exchanged-once',
  'game of another provider': namesItsOwn,
  'closed round': (can) => can.closeRounds,
  'unknown round': always,
  'session of an excluded player': always,
  'XML entities and DOCTYPE': only('playngo'),
  'PHP-style array bombs': only('slotegrator'),
  'RFC 8785 corner cases': only('swipegames'),
} as const satisfies Record<string, Owes>;

export type Item = keyof typeof checklist;

/** What the dialect owes an answer to. */
export function owedBy(can: Speaker['can'], dialect: Dialect): Item[] {
  return (Object.keys(checklist) as Item[]).filter((item) => checklist[item](can, dialect));
}
