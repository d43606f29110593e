import { type Actor, ok, type Result, refuse, type StaffRole } from '@baize/contracts';
import type { Grant } from '../edge';
import { roles } from './roles';
import type { Scope } from './scopes';

/** Who makes a request. `id` names it in logs and rate limits. */
export type Caller =
  | ({ readonly kind: 'client' } & Grant)
  | {
      readonly kind: 'player';
      readonly id: string;
      readonly playerId: string;
      readonly brand: string;
      readonly accessToken: string;
    }
  | {
      readonly kind: 'staff';
      readonly id: string;
      readonly staffId: string;
      readonly role: StaffRole;
      readonly brands: readonly string[];
      readonly accessToken: string;
    }
  | { readonly kind: 'browser'; readonly id: string; readonly brand: string };

/** Who may call an operation. */
export interface Access {
  /** Machines that hold this scope. */
  readonly scope?: Scope;
  /** The answer tells who a player is: not for roles that must not know. */
  readonly personal?: true;
  /** People of the back office, whatever their role. */
  readonly staff?: true;
  /** Players, for themselves. */
  readonly player?: boolean;
  /** Web pages of the brand, by their public client id. */
  readonly browser?: boolean;
}

/** Whether this caller may see who a player is. */
export function seesPersonalData(caller: Caller): boolean {
  return caller.kind !== 'staff' || roles[caller.role].personalData;
}

/** Whether this caller may use the operation at all: 403 otherwise. */
export function authorize(caller: Caller, access: Access, address: string): Result<undefined> {
  if (caller.kind === 'client') {
    if (caller.allowed && !caller.allowed.has(address)) {
      return refuse('auth.address-not-allowed', 'This client may not call from this address.');
    }
    if (access.scope === undefined) return refuse('auth.insufficient-scope', 'Only players may do this.');
    if (!caller.scopes.has(access.scope)) {
      return refuse('auth.insufficient-scope', `This needs the scope ${access.scope}.`);
    }
    return ok(undefined);
  }
  if (caller.kind === 'staff') return authorizeRole(caller.role, access);
  if (caller.kind === 'player' ? access.player : access.browser) return ok(undefined);
  return refuse('auth.insufficient-scope', 'This is for machine clients with the scope of the operation.');
}

function authorizeRole(role: StaffRole, access: Access): Result<undefined> {
  const { scopes, personalData } = roles[role];
  if (access.staff) return ok(undefined);
  if (access.scope === undefined || !scopes.includes(access.scope)) {
    return refuse('auth.insufficient-scope', `The role ${role} may not do this.`);
  }
  if (access.personal && !personalData) {
    return refuse('auth.insufficient-scope', `The role ${role} sees no personal data.`);
  }
  return ok(undefined);
}

/** The brand that a request is about; a caller with several says which in `Baize-Brand`. */
export function brandOf(caller: Caller, header: string | undefined): Result<string> {
  const brands = 'brands' in caller ? caller.brands : [caller.brand];
  if (header === undefined) {
    const [only, ...others] = brands;
    if (only !== undefined && others.length === 0) return ok(only);
    return refuse('auth.brand-required', 'This client serves several brands: name one in Baize-Brand.');
  }
  if (brands.includes(header)) return ok(header);
  return refuse('auth.brand-not-allowed', 'This caller does not act for that brand.');
}

/** The caller as the ledger and the audit log name it: the person, where a program is known to be somebody's. */
export function actorOf(caller: Caller): Actor {
  if (caller.kind === 'client' && caller.heldBy !== undefined) return { kind: 'staff', id: caller.heldBy };
  if (caller.kind === 'player') return { kind: 'player', id: caller.playerId };
  if (caller.kind === 'staff') return { kind: 'staff', id: caller.staffId };
  // its name alone: the kind stands beside it
  return { kind: 'client', id: caller.id.slice(caller.id.indexOf(':') + 1) };
}
