/// How the page looks. It holds none of the characters that are escaped in markup.
enum PageStyle {
  static let sheet = """
    :root { color-scheme: light dark; --page: #fbfbfa; --ink: #1c2024; --soft: #61686f; --rule: #dfe2e4;
      --card: #ffffff; --s0: #2563a8; --s1: #c2571a; --s2: #2e8b57; --s3: #8a4fa3; }
    @media (prefers-color-scheme: dark) { :root { --page: #15181b; --ink: #e6e8ea; --soft: #9aa2aa; --rule: #30363b;
      --card: #1d2125; --s0: #6aa9ea; --s1: #f0955a; --s2: #63c48d; --s3: #c58fe0; } }
    * { box-sizing: border-box; }
    body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--page); color: var(--ink);
      font: 16px/1.5 system-ui, sans-serif; }
    h1 { margin: 0; font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
    header p, footer { color: var(--soft); overflow-wrap: anywhere; } header p { margin: .25rem 0 1rem; }
    footer { margin: 2rem 0 1rem; font-size: .85rem; }
    .figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .6rem; }
    @media (min-width: 60rem) { .figures { grid-template-columns: repeat(4, 1fr); } }
    .figures div, figure { background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; }
    .figures div { padding: .6rem .8rem; } .figures b { display: block; font-size: 1.25rem;
      font-variant-numeric: tabular-nums; } .figures span { color: var(--soft); font-size: .85rem; }
    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 25rem), 1fr)); gap: .8rem;
      margin-top: .8rem; }
    figure { margin: 0; padding: .7rem; } figcaption { font-weight: 600; margin-bottom: .3rem; }
    svg { display: block; width: 100%; height: auto; font-size: 11px; }
    svg text { fill: var(--soft); } .grid { stroke: var(--rule); stroke-width: 1; }
    .bar { fill: var(--s0); } .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .line.s0 { stroke: var(--s0); } .line.s1 { stroke: var(--s1); stroke-dasharray: 7 3; }
    .line.s2 { stroke: var(--s2); stroke-dasharray: 2 3; } .line.s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; }
    .dot.s0 { fill: var(--s0); } .dot.s1 { fill: var(--s1); } .dot.s2 { fill: var(--s2); } .dot.s3 { fill: var(--s3); }
    .legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .4rem 0 0; font-size: .85rem; }
    .swatch { display: inline-block; width: 1rem; margin-right: .4rem; vertical-align: middle; border-top: 3px solid; }
    .swatch.s0 { border-color: var(--s0); } .swatch.s1 { border-color: var(--s1); border-style: dashed; }
    .swatch.s2 { border-color: var(--s2); border-style: dotted; }
    .swatch.s3 { border-color: var(--s3); border-style: dashed; }
    .worst { padding-left: 1.8rem; } .worst li { padding: .4rem 0; border-bottom: 1px solid var(--rule); }
    .worst b { font-variant-numeric: tabular-nums; } .worst small { margin-left: .8rem; color: var(--soft); }
    .worst p { margin: .1rem 0 0; overflow-wrap: anywhere; unicode-bidi: isolate; }
    .wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums;
      font-size: .9rem; } th, td { padding: .3rem .8rem .3rem 0; text-align: right; white-space: nowrap;
      border-bottom: 1px solid var(--rule); } th:first-child, td:first-child { text-align: left; }
    th { color: var(--soft); font-weight: 500; }
    """
}
