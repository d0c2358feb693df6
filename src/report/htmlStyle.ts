/** The style sheet of the page: light, dark and print by one set of variables. No fonts to load. */
import { PALETTE } from './chartStyle.js';

export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --line: #d5dae1; --page: #fff;
  --card: #f6f8fa; --good: #00704f; --bad: #b3340f; --open: #7a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa5b4; --line: #39424e;
  --page: #14181d; --card: #1d232a; --good: #3fcfa2; --bad: #ff8a5c; --open: #f0c84a; } }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --line: #bbb; --page: #fff;
  --card: #fff; --good: #00704f; --bad: #b3340f; --open: #7a5a00; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; background: var(--page);
  color: var(--ink); font: 15px/1.5 system-ui, "DejaVu Sans", Verdana, sans-serif; }
h1 { margin: 0 0 .25rem; font-size: 1.7rem; overflow-wrap: anywhere; }
h2 { margin: 2.2rem 0 .6rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line);
  font-size: 1.25rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; overflow-wrap: anywhere; }
p, li { max-width: 60rem; }
small, .soft { color: var(--soft); }
code, pre { font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
pre { padding: .7rem .9rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--card); white-space: pre-wrap; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
th { color: var(--soft); font-weight: 600; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.met { color: var(--good); font-weight: 600; }
.fails { color: var(--bad); font-weight: 700; }
.open { color: var(--open); font-weight: 600; }
.notice { padding: .6rem .9rem; border-left: 4px solid var(--open); background: var(--card); }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: .8rem 0; }
.tile { flex: 1 1 9rem; padding: .6rem .8rem; border: 1px solid var(--line); border-radius: 6px;
  background: var(--card); }
.tile b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.chart { margin: 1rem 0; overflow-x: auto; }
.chart svg { display: block; max-width: 100%; height: auto; }
.chart svg text { fill: var(--ink); }
.chart svg .role-axis line, .chart svg .role-axis path { stroke: var(--line); }
.map { display: flex; flex-wrap: wrap; gap: 4px; margin: .3rem 0 .8rem; }
.pcpu { display: flex; align-items: center; justify-content: center; width: 2.5rem; height: 2rem;
  border-radius: 4px; color: #000; font-size: 13px; print-color-adjust: exact;
  -webkit-print-color-adjust: exact; }
.core { display: flex; gap: 1px; padding: 2px; border: 1px solid var(--line); border-radius: 6px; }
.key { display: inline-block; width: .9rem; height: .9rem; margin-right: .4rem; border-radius: 3px;
  vertical-align: -2px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.role-of-realtime { background: ${PALETTE.orange}; }
.role-of-polling { background: ${PALETTE.green}; }
.role-of-dedicated { background: ${PALETTE.sky}; }
.role-of-spare { background: ${PALETTE.yellow}; }
.role-of-shared { background: ${PALETTE.purple}; }
.role-of-housekeeping { background: ${PALETTE.paleGrey}; }
.share { display: inline-block; height: .7rem; min-width: 1px; border-radius: 2px;
  background: ${PALETTE.blue}; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--soft); }
.role { white-space: nowrap; }
@media print { body { max-width: none; padding: 0; font-size: 11px; } table { font-size: 10px; }
  .chart, tr, .tile, .core { break-inside: avoid; } h2, h3 { break-after: avoid; } }
`;
