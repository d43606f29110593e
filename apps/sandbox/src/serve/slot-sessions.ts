import { createHash, randomUUID } from 'node:crypto';
import type { ProviderName, Seat } from '../dialects/dialect';
import type { ProviderLine } from '../play/provider-line';
import { SlotSession } from './slot-session';

export interface Launch {
  readonly provider: ProviderName;
  readonly token: string;
  readonly playerId: string;
  readonly providerGameId: string;
  readonly currency: string;
}
export type Opened =
  | { readonly ok: true; readonly id: string; readonly session: SlotSession }
  | { readonly ok: false; readonly text: string };

/** The oldest page is forgotten beyond this; its player launches again. */
const maxSessions = 5_000;

/** Open slot pages in memory. A launch token is exchanged when its page is first loaded. */
export class SlotSessions {
  private readonly byId = new Map<string, SlotSession>();
  /** By digest of the launch, so that the same browser may load its page again after the token is used up. */
  private readonly idOfLaunch = new Map<string, string>();

  constructor(private readonly lines: ReadonlyMap<ProviderName, ProviderLine>) {}

  get(id: string): SlotSession | undefined {
    return this.byId.get(id);
  }

  /** Proves by `knownId` (the page's cookie) that this browser has opened the launch before. */
  async open(launch: Launch, knownId: string | undefined): Promise<Opened> {
    const line = this.lines.get(launch.provider);
    if (line === undefined) return { ok: false, text: `The sandbox does not play ${launch.provider} here.` };
    const launchKey = digest(launch);
    const id = this.idOfLaunch.get(launchKey);
    const known = id === undefined ? undefined : this.byId.get(id);
    if (id !== undefined && known !== undefined && id === knownId) return { ok: true, id, session: known };
    const seat: Seat = {
      playerId: launch.playerId,
      currency: launch.currency,
      providerGameId: launch.providerGameId,
      session: launch.token,
    };
    if (line.dialect.exchangesToken) {
      const verdict = await line.say(seat, { type: 'enter', token: launch.token });
      if (verdict.kind !== 'accepted')
        return {
          ok: false,
          text: `The casino did not accept this launch (${verdict.text}). Start the game again.`,
        };
      seat.session = verdict.session ?? launch.token;
    }
    return this.keep(launchKey, new SlotSession(seat, line));
  }

  private keep(launchKey: string, session: SlotSession): Opened {
    const id = randomUUID();
    this.byId.set(id, session);
    this.idOfLaunch.set(launchKey, id);
    for (const map of [this.byId, this.idOfLaunch]) {
      const [oldest] = map.keys();
      if (map.size > maxSessions && oldest !== undefined) map.delete(oldest);
    }
    return { ok: true, id, session };
  }
}

export function digest(launch: Launch): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.values(launch)))
    .digest('hex');
}
