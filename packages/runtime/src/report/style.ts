/** How the pages of reports and inspections look: for phones and desks, in light and in dark. */

export const style = `
:root { color-scheme: light dark; --paper: #fff; --card: #f6f7f9; --ink: #1c2128; --dim: #57606a; --line: #d5dae0; --accent: #0b62c4; --second: #b4441c; --good: 11, 98, 196; --bad: 196, 66, 20; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --card: #1d232a; --ink: #e6e9ed; --dim: #a3adb8; --line: #38414b; --accent: #6db3ff; --second: #ff9d73; --good: 66, 146, 240; --bad: 240, 120, 70; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0.5rem 0 0.25rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 0.75rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 0.5rem; }
p { margin: 0.25rem 0 0.75rem; max-width: 46rem; }
.dim, figcaption, caption { color: var(--dim); font-size: 0.9rem; }
caption { text-align: left; padding-bottom: 0.35rem; caption-side: top; }
a { color: var(--accent); }
.wide { overflow-x: auto; max-width: 100%; }
.wide:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: 0.25rem 0.6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { font-weight: 600; }
thead th { color: var(--dim); }
.number { text-align: right; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.6rem; margin: 1rem 0; padding: 0; }
.figures div { background: var(--card); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
.figures dt { color: var(--dim); font-size: 0.85rem; }
.figures dd { margin: 0; font-size: 1.3rem; font-weight: 600; }
.curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; }
.curves figure { background: var(--card); border-radius: 0.5rem; padding: 0.6rem; min-width: 0; }
.curves figcaption { color: var(--ink); font-weight: 600; }
.plot { min-height: 15rem; }
.uplot { font-family: inherit; }
.plot .u-legend { font-size: 0.85rem; max-width: 100%; }
.plot .u-legend th, .plot .u-legend td { border: 0; padding: 0.1rem 0.25rem; white-space: normal; overflow-wrap: anywhere; }
figure { margin: 0; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 0.9rem; }
.pictures img { width: 100%; max-height: 12rem; object-fit: contain; image-rendering: pixelated; background: var(--card); border-radius: 0.35rem; display: block; }
.sheets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr)); gap: 1rem; align-items: start; }
.sheets img { width: 100%; image-rendering: pixelated; display: block; border-radius: 0.2rem; }
.big figure { flex: 0 1 20rem; }
.big img { width: 100%; image-rendering: pixelated; display: block; border-radius: 0.35rem; }
.big { display: flex; flex-wrap: wrap; gap: 1rem; }
.graph img { display: block; max-width: 100%; margin: 0 auto; background: #fff; border-radius: 0.5rem; padding: 0.5rem; }
.graph { max-height: 40rem; overflow: auto; }
.cell { text-align: right; border-bottom: 1px solid var(--paper); }
pre { background: var(--card); border-radius: 0.5rem; padding: 0.8rem; overflow-x: auto; font-size: 0.85rem; white-space: pre-wrap; }
details { margin-top: 1rem; }
summary { cursor: pointer; font-weight: 600; }
@media (max-width: 30rem) { th, td { padding: 0.2rem 0.35rem; } table { font-size: 0.9rem; } }
`;
