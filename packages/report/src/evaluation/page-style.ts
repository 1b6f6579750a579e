/** Of all pages of reports, after the style that every page has. */
export const reportStyle = `
.quiet { color: var(--quiet); }
.scroll { overflow-x: auto; margin: 0.5rem 0 1rem; }
.scroll:focus-visible { outline: 2px solid currentColor; }
table { border-collapse: collapse; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.7rem; text-align: left; white-space: nowrap; border-bottom: 1px solid var(--faint); }
th:first-child, td:first-child { padding-left: 0; }
.number { text-align: right; }
tbody th { font-weight: normal; }
.holds { background: light-dark(#e3f4e8, #16321f); }
.fails { background: light-dark(#fbe9e7, #3b1f1c); }
summary { cursor: pointer; padding: 0.4rem 0; }
.texts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.text { background: var(--card); border-radius: 0.5rem; padding: 0.8rem 1rem; margin: 0; min-width: 0; }
.text h4, .text h5 { margin: 0 0 0.4rem; font-size: 1rem; }
.text p { white-space: pre-wrap; overflow-wrap: anywhere; font-family: ui-serif, Georgia, serif; margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.1rem 1rem; margin: 0; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { padding-bottom: 0.5rem; } }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }`;
