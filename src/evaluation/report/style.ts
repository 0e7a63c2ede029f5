// The look of the page, light and dark.

export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --ink: #1d2126; --muted: #5c6670; --line: #d9dee3; --soft: #f4f6f8;
  --c0: #1f6fb5; --c1: #c2570c; --c2: #2e7d43; --c3: #8b3fa0; --c4: #a8832a; --c5: #6b7480;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --ink: #e8ebee; --muted: #9aa4ae; --line: #343b43; --soft: #1e2328;
    --c0: #6cb2f0; --c1: #f0975a; --c2: #74c58a; --c3: #cf94e0; --c4: #dcbb65; --c5: #98a2ac;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.8rem 0 .2rem; }
p { margin: .3rem 0 .8rem; max-width: 48rem; }
.settings, .explanation, figcaption, .facts { color: var(--muted); font-size: .875rem; }
.explanation { max-width: 48rem; }
.facts { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .925rem; }
th, td { padding: .3rem .9rem .3rem 0; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; }
thead th { color: var(--muted); font-weight: 500; }
tbody th { font-weight: 400; }
tbody th.sub { padding-left: 1.2rem; color: var(--muted); }
td.own, thead th.own { color: var(--ink); font-weight: 600; }
.texts td, .texts th { white-space: normal; text-align: left; vertical-align: top; min-width: 9rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem 2rem; }
.small { grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); }
figure { margin: .6rem 0 0; }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { stroke: var(--muted); stroke-width: 1; }
.tick { fill: var(--muted); font-size: 11px; }
.label { fill: var(--muted); font-size: 12px; }
.mark { fill: var(--ink); font-size: 12px; }
.model { fill: var(--c0); }
.chosen { fill: var(--page); stroke: var(--c0); stroke-width: 3; }
.floor { fill: var(--c1); }
.way { fill: none; stroke: var(--c0); stroke-width: 1.5; opacity: .6; }
.bar { fill: var(--c0); opacity: .55; }
.normal { fill: none; stroke: var(--ink); stroke-width: 1.3; opacity: .8; }
.curve { fill: none; stroke-width: 2; }
.curve.c0 { stroke: var(--c0); } .curve.c1 { stroke: var(--c1); }
.dot { fill-opacity: .65; }
.c0.dot, .key.c0 { fill: var(--c0); background: var(--c0); } .c1.dot, .key.c1 { fill: var(--c1); background: var(--c1); }
.c2.dot, .key.c2 { fill: var(--c2); background: var(--c2); } .c3.dot, .key.c3 { fill: var(--c3); background: var(--c3); }
.c4.dot, .key.c4 { fill: var(--c4); background: var(--c4); } .c5.dot, .key.c5 { fill: var(--c5); background: var(--c5); }
.key { display: inline-block; width: .7em; height: .7em; border-radius: 50%; margin: 0 .3em 0 .8em; }
ol.lines { padding-left: 2.2rem; font-family: Georgia, "Times New Roman", serif; }
ol.lines li::marker { color: var(--muted); font-family: system-ui, sans-serif; font-size: .8rem; }
ul.notes { padding-left: 1.1rem; max-width: 48rem; }
`;
