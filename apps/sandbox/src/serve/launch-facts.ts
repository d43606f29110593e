import { escapeHtml, html } from './html';
import { slotStyle } from './slot-style';

/** What a launch URL says beside who plays what. */
export interface LaunchFacts {
  readonly provider: string;
  readonly game: string;
  readonly isDemo: boolean;
  readonly hasToken: boolean;
  readonly links: readonly { readonly label: string; readonly url: string }[];
}

const linkNames = { lobbyUrl: 'Lobby', cashierUrl: 'Cashier', returnUrl: 'Back' } as const;

export function readLaunchFacts(
  provider: string,
  query: Readonly<Record<string, string | undefined>>,
): LaunchFacts {
  const links = Object.entries(linkNames).flatMap(([name, label]) => {
    const url = query[name];
    return url !== undefined && isWebAddress(url) ? [{ label, url }] : [];
  });
  const { game = 'no game', token = '' } = query;
  return { provider, game, isDemo: query.mode === 'demo', hasToken: token !== '', links };
}

/** The way out of the game, and how it is played. */
export function launchFactsHtml({ provider, isDemo, hasToken, links }: LaunchFacts): string {
  const anchors = links.map(({ label, url }) => `<a href="${escapeHtml(url)}">${label}</a>`).join(' ');
  const mode = isDemo ? 'Demo: no money' : 'Real money';
  const session = `session token ${hasToken ? 'present' : 'missing'}`;
  return `<p class="facts">${escapeHtml(provider)} · ${mode} · ${session}</p>${anchors && `<nav class="links">${anchors}</nav>`}`;
}

/** A demo moves nothing on the platform: there is nothing to play but the page. */
export function demoPage(facts: LaunchFacts, nonce: string): string {
  const body = `<main class="machine"><h1>${escapeHtml(facts.game)}</h1>${launchFactsHtml(facts)}</main>`;
  return html(facts.game, nonce, body, slotStyle);
}

/** Anything else would be run, or read from here. */
function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
