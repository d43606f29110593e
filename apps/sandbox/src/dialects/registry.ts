import { evolution } from './evolution';
import type { Credentials, Dialect, ProviderName } from './dialect';
import { hub88 } from './hub88';
import { playngo } from './playngo';
import { pragmatic } from './pragmatic';
import { slotegrator } from './slotegrator';
import { softswiss } from './softswiss';
import { swipegames } from './swipegames';

/** Every language that the sandbox speaks; a new one is a file and a line here. */
export const dialects: Readonly<Record<ProviderName, (credentials: Credentials) => Dialect>> = {
  softswiss,
  evolution,
  hub88,
  slotegrator,
  swipegames,
  pragmatic,
  playngo,
};
