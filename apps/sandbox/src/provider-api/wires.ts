import type { ProviderName } from '../dialects/dialect';
import type { ApiWire } from './wire';
import { evolution } from './wires/evolution';
import { hub88 } from './wires/hub88';
import { playngo } from './wires/playngo';
import { pragmatic } from './wires/pragmatic';
import { slotegrator } from './wires/slotegrator';
import { softswiss } from './wires/softswiss';
import { swipegames } from './wires/swipegames';

/** Every provider's API that the sandbox plays. */
export const apiWires: Readonly<Record<ProviderName, ApiWire>> = {
  softswiss,
  evolution,
  hub88,
  slotegrator,
  swipegames,
  pragmatic,
  playngo,
};
