/** Style of the page: follows the person's light or dark, and their size of letters. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9de, #3a3f46);
  --soft: light-dark(#5b6470, #a2abb6); --back: light-dark(#f5f6f8, #1d2024);
  --bad: light-dark(#b3261e, #ff9d94); --link: light-dark(#0b57d0, #9ec2ff); }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
a { color: var(--link); }
h1 { font-size: 1.3rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
header p { margin: 0; color: var(--soft); }
button, input { font: inherit; padding: .25rem .75rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
article { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem; margin: .5rem 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--back); padding: .5rem;
  margin: .5rem 0; max-height: 20rem; overflow: auto; border-radius: .25rem; font-size: .85rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0; }
caption { text-align: start; }
th, td { text-align: start; padding: .25rem .5rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
td.n, th.n { text-align: end; font-variant-numeric: tabular-nums; }
dl { display: flex; flex-wrap: wrap; gap: .5rem 2rem; margin: .5rem 0; }
dt { color: var(--soft); font-size: .85rem; }
dd { margin: 0; font-size: 1.2rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.soft { color: var(--soft); } .bad { color: var(--bad); }
@media (prefers-reduced-motion: no-preference) { .new { animation: come 1s; } }
@keyframes come { from { background: var(--line); } }
`;
