/** What a machine client may be allowed to do, with the words of the published document. */
export const scopes = {
  'players:read': 'Read players, their sessions and eligibility',
  'players:write': 'Register players and log them in',
  'wallet:read': 'Read balances, transactions and payments',
  'payments:write': 'Move money in and out',
  'games:read': 'Read the catalogue, game sessions and rounds',
  'games:write': 'Launch games and end game sessions',
  'bonus:read': 'Read campaigns and bonuses',
  'bonus:write': 'Change campaigns and bonuses',
  'fraud:read': 'Read risk, alerts and cases',
  'fraud:write': 'Decide cases and change rules',
  'affiliates:read': 'Read affiliates and their figures',
  'affiliates:write': 'Change affiliates, links, plans and postbacks',
  'reports:read': 'Read revenue and reconciliations',
  'compliance:write': 'Restrict players',
  'audit:read': 'Read the audit log',
} as const;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as Scope[];
