/** Runs in the browser; `page` is declared before it. Amounts stay decimal text from the server, numbers only to show. */
export const slotScript = `
const find = (id) => document.getElementById(id);
const money = new Intl.NumberFormat(page.locale, { minimumFractionDigits: page.exponent, maximumFractionDigits: page.exponent });
const show = (decimal) => money.format(Number(decimal)) + ' ' + page.currency;
const unit = 10 ** page.exponent;
const stakes = [20, 50, 100, 200, 500].map((cents) => Math.max(1, Math.round(cents * unit / 100)));
const symbols = [...document.querySelectorAll('#icons symbol')].map((symbol) => symbol.id);
const reels = [...document.querySelectorAll('.reel')];
const headers = { 'x-sandbox-session': page.sessionId, 'content-type': 'application/json' };
let rounds = 0;

function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', name);
  use.setAttribute('href', '#' + name);
  svg.append(use);
  return svg;
}

stakes.forEach((stake, index) => {
  const label = document.createElement('label');
  const input = Object.assign(document.createElement('input'), { type: 'radio', name: 'stake', value: String(stake), checked: index === 2 });
  const text = Object.assign(document.createElement('span'), { textContent: money.format(stake / unit) });
  label.append(input, text);
  find('bets').append(label);
});

async function ask(path, options) {
  const response = await fetch(path, { ...options, headers });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error || answer.message || 'The game server did not answer.');
  return answer;
}
function complain(error) {
  find('error').textContent = error ? error.message : '';
  find('error').hidden = !error;
}
async function refreshBalance() {
  const { balance } = await ask('/session/balance', {});
  find('balance').textContent = show(balance);
}
function addToHistory(faces, stake, win) {
  const row = document.createElement('tr');
  const cells = [[new Date().toLocaleTimeString(page.locale)], faces.map(icon), [money.format(stake / unit)], [money.format(Number(win))]];
  for (const content of cells) {
    const cell = document.createElement('td');
    cell.append(...content);
    row.append(cell);
  }
  if (rounds++ === 0) find('history').replaceChildren();
  find('history').prepend(row);
  if (rounds > 8) find('history').lastElementChild.remove();
}
async function spin() {
  const stake = Number(document.querySelector('input[name=stake]:checked').value);
  const before = reels.map((reel) => reel.firstElementChild);
  complain(null);
  find('spin').disabled = true;
  find('reels').className = 'reels turning';
  find('result').className = 'result';
  find('result').textContent = 'Spinning…';
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const turning = calm ? 0 : setInterval(() => reels.forEach((reel) => { reel.replaceChildren(icon(symbols[Math.floor(Math.random() * symbols.length)])); }), 80);
  const least = new Promise((done) => setTimeout(done, calm ? 0 : 700));
  try {
    const answer = await ask('/session/spins', { method: 'POST', body: JSON.stringify({ stake }) });
    await least;
    clearInterval(turning);
    reels.forEach((reel, index) => { reel.replaceChildren(icon(answer.reels[index])); });
    const won = Number(answer.win) > 0;
    find('reels').className = won ? 'reels won' : 'reels';
    find('reels').setAttribute('aria-label', 'Reels: ' + answer.reels.join(', '));
    find('result').className = won ? 'result won-text' : 'result';
    find('result').textContent = won ? 'You win ' + show(answer.win) + '!' : 'No win this time.';
    addToHistory(answer.reels, stake, answer.win);
    if (answer.balance === null) await refreshBalance();
    else find('balance').textContent = show(answer.balance);
  } catch (error) {
    clearInterval(turning);
    reels.forEach((reel, index) => reel.replaceChildren(before[index]));
    find('reels').className = 'reels';
    find('result').textContent = '';
    complain(error);
    await refreshBalance().catch(() => undefined);
  } finally {
    clearInterval(turning);
    find('spin').disabled = false;
    find('spin').focus();
  }
}
find('spin').addEventListener('click', spin);
refreshBalance().catch(complain);
`;
