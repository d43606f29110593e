import type { Dialect } from '../domain/dialect';
import { evolution } from './evolution/evolution';
import { pragmatic } from './pragmatic/pragmatic';
import { softswiss } from './softswiss/softswiss';

/** Every dialect that is spoken: one line each. */
export const dialects: readonly Dialect[] = [softswiss, evolution, pragmatic];
