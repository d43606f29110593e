import { commandActs, restrictedActions, serviceDuties } from '@baize/contracts';
import 'reflect-metadata';
import { type PublicParts } from '../routes/public';
import { routeTable } from '../routes/route-table';
import { routeActions } from './route-actions';

// The table's handlers need a running gateway, what it says about them does not.
const routes = routeTable({} as Omit<PublicParts, 'openApi'>);

describe('routes and what restrictions forbid', () => {
  it('has a line for every operation of the edge, and for no other', () => {
    expect(Object.keys(routeActions).sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
  });

  it('names actions that restrictions know', () => {
    for (const action of Object.values(routeActions)) {
      if (action !== null) expect(restrictedActions).toContain(action);
    }
  });

  it('says of an operation what the command behind it begins', () => {
    for (const route of routes) {
      if (route.kind !== 'api') continue;
      const act = commandActs[route.contract.subject] ?? null;
      // What the edge cannot know the player of, such as a call to be replayed, is left to who does.
      const isLeft = act === 'withdraw' || (act !== 'login' && !route.owner);
      const action = isLeft ? null : act;
      expect([route.operationId, routeActions[route.operationId]]).toEqual([route.operationId, action]);
    }
  });

  it('leads every operation that can be forbidden to a service that is a touchpoint', () => {
    for (const route of routes) {
      if (route.kind !== 'api' || !routeActions[route.operationId]) continue;
      expect([route.operationId, serviceDuties[route.contract.service].length > 0]).toEqual([
        route.operationId,
        true,
      ]);
    }
  });

  it('knows the player of every operation that it can deny', () => {
    for (const route of routes) {
      const action = routeActions[route.operationId];
      if (route.kind !== 'api' || !action || action === 'login') continue;
      expect([route.operationId, typeof route.owner]).toEqual([route.operationId, 'function']);
    }
  });
});
