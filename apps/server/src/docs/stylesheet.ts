export const stylesheet = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3, h4 { line-height: 1.2; }
h3 { margin-top: 2.5rem; overflow-wrap: anywhere; }
h4 { margin-bottom: 0.25rem; }
nav ul { padding-left: 1.2rem; }
code { font-family: ui-monospace, monospace; }
.type { margin: 0.25rem 0; opacity: 0.8; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.6rem 0.3rem 0; border-top: 1px solid #8886; }
tbody th { font-weight: normal; }
td:last-child { min-width: 16rem; }
:target { outline: 2px solid #8888; outline-offset: 0.5rem; }
`;
