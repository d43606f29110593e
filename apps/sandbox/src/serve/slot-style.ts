export const slotStyle = `
:root { color-scheme: dark; font-family: system-ui, sans-serif; --felt: #0d5c3f; --gold: #f5c451; --ink: #f4f1e6; }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; color: var(--ink);
  background: radial-gradient(circle at 50% 0, #17805a, var(--felt) 45%, #062c1f); }
.machine { width: min(100%, 30rem); padding: 1.5rem; border-radius: 1.25rem; background: #000a;
  border: 2px solid #f5c45166; box-shadow: 0 1.5rem 4rem #0008; }
header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; }
h1 { margin: 0; font-size: 1.15rem; overflow-wrap: anywhere; }
h2 { font-size: .95rem; margin: 1.25rem 0 .5rem; }
.balance { margin: 0; text-align: right; }
.balance span { display: block; font-size: .75rem; opacity: .8; }
.balance strong { font-size: 1.3rem; color: var(--gold); font-variant-numeric: tabular-nums; }
.reels { display: grid; grid-template-columns: repeat(3, 1fr); gap: .75rem; margin: 1.25rem 0 .75rem; }
.reel { display: grid; place-items: center; height: 6.5rem; border-radius: .9rem;
  background: linear-gradient(#fff, #e9e4d0 50%, #cfc8ae); box-shadow: inset 0 .5rem 1rem #0005; }
.icon { width: 1.25rem; height: 1.25rem; vertical-align: middle; }
.reel .icon { width: 4.2rem; height: 4.2rem; filter: drop-shadow(0 .15rem .2rem #0006); }
.icons { position: absolute; width: 0; height: 0; }
.turning .reel { animation: turn .16s linear infinite; }
.won .reel { box-shadow: 0 0 0 4px var(--gold), 0 0 1.5rem var(--gold); }
@keyframes turn { from { background-position-y: 0; filter: blur(2px); } to { background-position-y: 6.5rem; filter: blur(2px); } }
@media (prefers-reduced-motion: reduce) { .turning .reel { animation: none; opacity: .6; } }
.result { min-height: 1.8rem; margin: .25rem 0; text-align: center; font-size: 1.15rem; font-weight: 600; }
.won-text { color: var(--gold); }
.error { margin: .5rem 0; padding: .6rem .8rem; border-radius: .6rem; background: #7c1d1d; }
.controls { display: grid; gap: 1rem; margin-top: .75rem; }
.bets { border: 0; margin: 0; padding: 0; }
.bets legend { font-size: .8rem; padding: 0; margin-bottom: .35rem; }
.bets div { display: grid; grid-template-columns: repeat(5, 1fr); gap: .4rem; }
.bets label { cursor: pointer; }
.bets input { position: absolute; opacity: 0; }
.bets span { display: block; padding: .5rem .2rem; text-align: center; border-radius: .6rem; border: 1px solid #fff6; font-variant-numeric: tabular-nums; }
.bets input:checked + span { background: var(--gold); border-color: var(--gold); color: #201a05; font-weight: 700; }
.bets input:focus-visible + span, .spin:focus-visible, summary:focus-visible { outline: 3px solid #fff; outline-offset: 2px; }
.spin { width: 100%; padding: .95rem 1.5rem; font: inherit; font-size: 1.2rem; font-weight: 800; color: #201a05;
  background: var(--gold); border: 0; border-radius: 999px; cursor: pointer; }
.spin:hover { background: #ffd778; }
.spin:disabled { opacity: .55; cursor: progress; }
table { width: 100%; border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .25rem; text-align: left; border-bottom: 1px solid #fff2; }
th:nth-child(n+3), td:nth-child(n+3) { text-align: right; }
.none td { text-align: center; opacity: .75; }
p.balance strong { white-space: nowrap; }
.pays { display: grid; grid-template-columns: repeat(2, 1fr); gap: .3rem; padding: 0; list-style: none; }
.facts { margin: 1rem 0 .5rem; font-size: .85rem; }
.links { display: flex; gap: 1rem; }
.links a { color: var(--gold); }
details { margin-top: 1rem; font-size: .85rem; }
`;
