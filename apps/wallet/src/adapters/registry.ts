import type { PspDialect } from '../domain/psp';

/** Every PSP that the wallet can speak to. */
export const pspDialects: readonly PspDialect[] = [];
