import { type Done, geoCommands, ok, type Result } from '@baize/contracts';
import ipaddr from 'ipaddr.js';
import type { AnyApiRoute, Ask, Input } from './route';

/**
 * Asks whether the market lets a player do this from there. Players alone are asked about: the address of a machine
 * says where the operator's backend is. Loopback and private addresses have no country and cost no question.
 */
export async function checkPlace(
  route: Pick<AnyApiRoute, 'place'>,
  { playerId, brand, address: ip }: Pick<Input<object, object>, 'playerId' | 'brand' | 'address'>,
  ask: Ask,
): Promise<Result<Done>> {
  if (route.place === undefined || playerId === undefined || !hasCountry(ip)) return ok({});
  return ask(geoCommands.checkLocation, { brand, playerId, action: route.place, ip });
}

/** Whether anybody could know where an address is. */
function hasCountry(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}
