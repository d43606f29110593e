import type { Dialect } from '../domain/dialect';
import { evolution } from './evolution/evolution';
import { hub88 } from './hub88/hub88';
import { playngo } from './playngo/playngo';
import { pragmatic } from './pragmatic/pragmatic';
import { slotegrator } from './slotegrator/slotegrator';
import { softswiss } from './softswiss/softswiss';
import { swipegames } from './swipegames/swipegames';

/** Every dialect that is spoken: one line each. */
export const dialects: readonly Dialect[] = [
  softswiss,
  evolution,
  pragmatic,
  playngo,
  hub88,
  slotegrator,
  swipegames,
];
