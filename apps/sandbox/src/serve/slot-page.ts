import { symbols, threeOfAKind, twoCherries } from '../domain/slot';
import { escapeHtml, html } from './html';
import { icon, iconDefinitions } from './slot-icons';
import { launchFactsHtml, type LaunchFacts } from './launch-facts';
import { slotScript } from './slot-script';
import { slotStyle } from './slot-style';

export interface SlotPage {
  readonly sessionId: string;
  readonly title: string;
  readonly currency: string;
  /** Decimal places of the currency. */
  readonly exponent: number;
  readonly locale: string;
}

/** The playable page: one document, nothing loaded from elsewhere. */
export function slotPage(page: SlotPage, facts: LaunchFacts, nonce: string): string {
  const settings = JSON.stringify(page).replaceAll('<', '\\u003c');
  return html(
    page.title,
    nonce,
    `${iconDefinitions}
<main class="machine">
  <header>
    <h1>${escapeHtml(page.title)}</h1>
    <p class="balance"><span>Balance</span> <strong id="balance" aria-live="polite">…</strong></p>
  </header>
  <div id="reels" class="reels" role="img" aria-label="Reels">
    ${(['cherry', 'seven', 'diamond'] as const).map((name) => `<span class="reel">${icon(name)}</span>`).join('')}
  </div>
  <p id="result" class="result" role="status">Choose your bet and spin.</p>
  <p id="error" class="error" role="alert" hidden></p>
  <div class="controls">
    <fieldset class="bets"><legend>Bet</legend><div id="bets"></div></fieldset>
    <button id="spin" class="spin" type="button">Spin</button>
  </div>
  <section aria-labelledby="history-title">
    <h2 id="history-title">Last rounds</h2>
    <table><thead><tr><th scope="col">Time</th><th scope="col">Reels</th><th scope="col">Bet</th><th scope="col">Win</th></tr></thead>
    <tbody id="history"><tr class="none"><td colspan="4">None yet</td></tr></tbody></table>
  </section>
  ${launchFactsHtml(facts)}
  <details><summary>What pays</summary>
    <ul class="pays">${payLines()}<li>exactly two ${icon('cherry')} ×${twoCherries}</li></ul>
  </details>
</main>
<script nonce="${nonce}">const page = ${settings};
${slotScript}</script>`,
    slotStyle,
  );
}

function payLines(): string {
  return symbols.map((name) => `<li>three ${icon(name)} ×${threeOfAKind[name]}</li>`).join('');
}

/** A page that only says something. */
export function messagePage(text: string, nonce: string): string {
  return html(
    'Baize sandbox',
    nonce,
    `<main class="machine"><h1>Baize sandbox</h1><p>${escapeHtml(text)}</p></main>`,
    slotStyle,
  );
}
