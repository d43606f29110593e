import type { StaffRole } from '@baize/contracts';
import type { Scope } from './scopes';

/** What a role may do, and whether it may see who a player is. */
interface Role {
  readonly scopes: readonly Scope[];
  readonly personalData: boolean;
}

const reads = [
  'players:read',
  'wallet:read',
  'games:read',
  'bonus:read',
  'fraud:read',
  'affiliates:read',
  'reports:read',
] as const satisfies readonly Scope[];

/** The roles of the back office. This table is all there is: a person's scopes are those of their role. */
export const roles: Readonly<Record<StaffRole, Role>> = {
  // helps players: accounts, sessions, money that was promised
  agent: {
    scopes: [
      'players:read',
      'players:write',
      'wallet:read',
      'payments:write',
      'games:read',
      'games:write',
      'bonus:read',
      'bonus:write',
    ],
    personalData: true,
  },
  fraud: { scopes: [...reads, 'payments:write', 'fraud:write'], personalData: true },
  compliance: { scopes: [...reads, 'players:write', 'compliance:write', 'audit:read'], personalData: true },
  // money laundering reporting officer: compliance that also decides fraud cases and holds money
  mlro: {
    scopes: [...reads, 'players:write', 'payments:write', 'fraud:write', 'compliance:write', 'audit:read'],
    personalData: true,
  },
  auditor: { scopes: [...reads, 'audit:read'], personalData: true },
  'affiliate-manager': {
    scopes: ['players:read', 'reports:read', 'affiliates:read', 'affiliates:write'],
    personalData: false,
  },
};
