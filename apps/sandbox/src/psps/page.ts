import { formatDecimal } from '@baize/money';
import { escapeHtml, html } from '../serve/html';
import type { PspPayment } from './payment';

const names = { stripe: 'Stripe', adyen: 'Adyen', trustly: 'Trustly' } as const;
const decided = {
  paid: 'Your payment was approved.',
  reversed: 'Your payment was approved, and taken back since.',
  declined: 'Your payment was declined. You have not been charged.',
  expired: 'The time to pay has run out. You have not been charged.',
} as const;

const style = `
:root { color-scheme: light; font-family: system-ui, sans-serif; --ink: #1a2433; --brand: #3a4de0; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; color: var(--ink);
  background: linear-gradient(160deg, #e9edfb, #f7f8fc 60%); }
main { width: min(100%, 26rem); padding: 1.75rem; border-radius: 1rem; background: #fff; box-shadow: 0 1rem 3rem #1a243322; }
.psp { margin: 0 0 1rem; font-weight: 700; color: var(--brand); }
.psp small { float: right; padding: .15rem .5rem; border-radius: 1rem; background: #fff3cd; color: #6b4e00; font-weight: 600; }
h1 { margin: 0; font-size: 2.2rem; font-variant-numeric: tabular-nums; }
.to { margin: .25rem 0 1.25rem; color: #4c5870; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; margin: 0 0 1.5rem; font-size: .85rem; color: #4c5870; }
dd { margin: 0; text-align: right; overflow-wrap: anywhere; }
form { display: grid; gap: .6rem; }
button, .back { display: block; width: 100%; padding: .8rem; border-radius: .6rem; border: 1px solid #c5ccdb; background: #fff; color: var(--ink);
  font: inherit; font-weight: 600; cursor: pointer; text-align: center; text-decoration: none; }
button[value=approve] { border-color: var(--brand); background: var(--brand); color: #fff; }
button[value=decline] { color: #a61b2b; border-color: #e4b3ba; }
button:hover, .back:hover { filter: brightness(.96); }
button:focus-visible, .back:focus-visible { outline: 3px solid #3a4de088; outline-offset: 2px; }
.result { padding: .9rem; border-radius: .6rem; background: #eef1f8; font-weight: 600; }
`;

/** The hosted page at which the payer decides. Its buttons post `action=approve|decline|timeout`. */
export function payPage(payment: PspPayment, nonce: string): string {
  const { psp, asked, currency, reference, status } = payment;
  const amount = escapeHtml(`${formatDecimal(asked, currency)} ${currency}`);
  return html(
    `${names[psp]} · ${formatDecimal(asked, currency)} ${currency}`,
    nonce,
    `<main>
  <p class="psp">${names[psp]} <small>sandbox, no real money</small></p>
  <h1>${amount}</h1>
  <p class="to">Deposit to Baize Casino</p>
  <dl><dt>Reference</dt><dd>${escapeHtml(reference)}</dd></dl>
  ${status === 'open' ? form : result(payment, status)}
</main>`,
    style,
  );
}

const form = `<form method="post">
    <button name="action" value="approve">Approve</button>
    <button name="action" value="decline">Decline</button>
    <button name="action" value="timeout">Let the time run out</button>
  </form>`;

function result(payment: PspPayment, status: keyof typeof decided): string {
  const back = /^https?:\/\//.test(payment.returnUrl)
    ? `<a class="back" href="${escapeHtml(payment.returnUrl)}">Back to the casino</a>`
    : '';
  return `<p class="result" role="status">${decided[status]}</p>${back}`;
}
