import { evolutionSpeaker } from './evolution';
import { hub88Speaker } from './hub88';
import { playngoSpeaker } from './playngo';
import { pragmaticSpeaker } from './pragmatic';
import { slotegratorSpeaker } from './slotegrator';
import { softswissSpeaker } from './softswiss';
import type { Speaker } from './speaker';
import { swipegamesSpeaker } from './swipegames';

/** Everybody who speaks a registered dialect, in the order of the registry. */
export const speakers: readonly Speaker[] = [
  softswissSpeaker,
  evolutionSpeaker,
  pragmaticSpeaker,
  playngoSpeaker,
  hub88Speaker,
  slotegratorSpeaker,
  swipegamesSpeaker,
];
