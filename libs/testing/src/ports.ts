import { freePort as findPort } from '../../../tools/servers/processes.cjs';

/** Whoever was given a port may bind it later: nobody else is given it meanwhile. */
const promised = new Set<number>();

/** A port of the loopback interface that is free, and given once in this process. */
export const freePort = (): Promise<number> => findPort(undefined, promised);
