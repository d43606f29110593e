import { evolution } from './evolution';
import type { Credentials, Dialect, ProviderName } from './dialect';
import { softswiss } from './softswiss';

/** Every language that the sandbox speaks; a new one is a file and a line here. */
export const dialects: Readonly<Record<ProviderName, (credentials: Credentials) => Dialect>> = {
  softswiss,
  evolution,
};
