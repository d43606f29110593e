import {
  commandActs,
  dutyActs,
  movementActs,
  playerActions,
  requestContracts,
  serviceDuties,
  serviceNames,
  type Act,
  type RestrictedAction,
  type RestrictionKind,
  type ServiceName,
} from '@baize/contracts';
import { dialects } from '../../apps/game-sessions/src/adapters/registry';
import { routeActions } from '../../apps/gateway/src/fence/route-actions';
import type { Access } from '../../apps/gateway/src/auth/caller';
import type { PublicParts } from '../../apps/gateway/src/routes/public';
import { routeTable } from '../../apps/gateway/src/routes/route-table';
import { forbidsOf } from '../../apps/identity/src/domain/restrictions';
import { pspDialects } from '../../apps/wallet/src/adapters/registry';

/** One way in which an act can be begun, and what it begins; null where it is of money that moved, or moves back. */
export interface Cell {
  readonly name: string;
  readonly act: Act | null;
  /** By the player's own session, which ends with what forbids the login. */
  readonly bySession?: true;
}

/** Something that a service refuses by itself, whoever else was told. */
export interface TouchpointCell extends Cell {
  readonly service: ServiceName;
}

// The table's handlers need a running gateway, what it says about them does not.
const routes = routeTable({} as Omit<PublicParts, 'openApi'>);

/** Every operation of the edge that begins an act, by everybody who may call it. */
function routeCells(): Cell[] {
  return routes.flatMap((route) => {
    if (route.kind !== 'api') return [];
    const act = routeActions[route.operationId] ?? commandActs[route.contract.subject] ?? null;
    if (act === null) return [];
    return waysOf(route.access).map((way): Cell => ({
      name: `${route.operationId} by ${way}`,
      act,
      ...(way === 'player' && { bySession: true as const }),
    }));
  });
}

function waysOf({ scope, player, browser }: Access): string[] {
  return [...(scope ? ['client'] : []), ...(player ? ['player'] : []), ...(browser ? ['browser'] : [])];
}

/** Every movement in every language of a provider. */
function movementCells(): Cell[] {
  return dialects.flatMap(({ provider }) =>
    Object.entries(movementActs).map(([kind, act]) => ({ name: `${kind} of ${provider}`, act })),
  );
}

/** Every command that begins an act, asked by a service. */
function subjectCells(): Cell[] {
  return requestContracts.flatMap(({ subject }) => {
    const act = commandActs[subject] ?? null;
    return act === null ? [] : [{ name: subject, act }];
  });
}

/** What was begun before: its money came, or goes, whatever was restricted since. */
function paymentCells(): Cell[] {
  const deposits = pspDialects.map(({ name }) => ({ name: `deposit paid at ${name}`, act: null }));
  return [...deposits, { name: 'withdrawal paid out', act: null }];
}

/** What the authority answers about every act. */
function eligibilityCells(): Cell[] {
  return playerActions.map((act) => ({ name: `eligibility to ${act}`, act }));
}

export const cells: readonly Cell[] = [
  ...routeCells(),
  ...movementCells(),
  ...subjectCells(),
  ...paymentCells(),
  ...eligibilityCells(),
];

/** What each touchpoint refuses alone: its duties, and of the edge what its routes begin for a player that it knows. */
export const touchpointCells: readonly TouchpointCell[] = serviceNames.flatMap((service) => {
  const own: RestrictedAction[] = serviceDuties[service].flatMap((duty) => [...dutyActs[duty]]);
  // Who logs in is not known at the edge, and whose call a provider's is neither.
  const atTheEdge = Object.values(routeActions).filter((act) => act && act !== 'login' && act !== 'bet');
  const acts = service === 'gateway' ? (atTheEdge as RestrictedAction[]) : own;
  return [...new Set(acts)].map((act) => ({ name: `${service} alone: ${act}`, act, service }));
});

/** What the domain's table says to it; `none` restricts nobody. */
export function verdictOn({ act, bySession }: Cell, kind: RestrictionKind | 'none'): 'done' | 'refused' {
  const forbidden = kind === 'none' ? [] : forbidsOf([kind]);
  if (bySession && forbidden.includes('login')) return 'refused';
  return forbidden.some((one) => one === act) ? 'refused' : 'done';
}
