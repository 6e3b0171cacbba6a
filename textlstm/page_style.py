"""The style of the report page: light or dark as the reader has it, one column on a phone."""

STYLE = """
:root{--page:#f6f7f9;--card:#fff;--ink:#1b2330;--soft:#5d6878;--rule:#dfe3e9;--model:#2563eb;
--train:#d97706;--other:#8a94a3;--good:#15803d;--bad:#b42318;--tint:37,99,235;
--right:21,128,61;--wrong:180,35,24}
@media(prefers-color-scheme:dark){:root{--page:#11151b;--card:#1a2029;--ink:#e6eaf0;--soft:#9aa6b6;
--rule:#303947;--model:#6ea2ff;--train:#f2a53c;--other:#7d8898;--good:#4ec27c;--bad:#ff8577;
--tint:110,162,255;--right:78,194,124;--wrong:255,133,119}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,
"Segoe UI",Roboto,"Noto Sans","PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:1060px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;line-height:1.25;margin:0;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0 0 12px}
p{margin:6px 0}.soft,figcaption,.meta{color:var(--soft);font-size:.875rem}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:18px;
margin-top:16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;
margin-top:16px}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:14px 16px}
.tile b{display:block;font-size:1.9rem;line-height:1.2;font-variant-numeric:tabular-nums}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,380px),1fr));gap:20px}
.pair>*{min-width:0}.pair>div>section{height:calc(100% - 16px)}
.notes{margin:14px 0 0;padding:12px 16px 12px 34px;border-left:4px solid var(--model);
background:var(--card);border-radius:6px}
.notes li.bad{color:var(--bad);font-weight:600}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.875rem;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--rule);vertical-align:top}
th{font-weight:600}table:not(.confusion) th{white-space:nowrap}
thead th{color:var(--soft);font-weight:500}
th:first-child,td:first-child,td.words{text-align:left}
table.dense th,table.dense td{padding:6px 4px}
td.alone{white-space:nowrap}td.words{color:var(--soft);min-width:220px}
tr.model th,tr.model td{color:var(--model);font-weight:600}
small{color:var(--soft);font-weight:400;display:block;white-space:nowrap}
.confusion{width:auto}.confusion td,.confusion th{text-align:center;border:1px solid var(--card);
min-width:52px}.confusion th:first-child{text-align:right}
.confusion th{max-width:140px;overflow-wrap:anywhere}
svg{width:100%;height:auto;display:block}figure{margin:0;max-width:560px}
figure+.scroll,.scroll+.scroll{margin-top:12px}
svg text{font:13px system-ui,"Noto Sans CJK SC",sans-serif;fill:var(--soft)}
svg text.row{font-size:13px;fill:var(--ink)}
.rule{stroke:var(--rule);stroke-width:1}.ideal{stroke:var(--other);stroke-dasharray:4 4}
.line{fill:none;stroke:var(--model);stroke-width:2;stroke-linejoin:round}
.line.thin{stroke-width:1.3}.line.truth{stroke:var(--ink);opacity:.75}
.band{fill:var(--model);opacity:.18}figure.wide{max-width:none}
.line.train{stroke:var(--train)}.dot{fill:var(--model)}.dot.train{fill:var(--train)}
.dot.other{fill:var(--other)}.interval{stroke:var(--model);stroke-width:2.5;stroke-linecap:round}
.interval.other{stroke:var(--other)}.bar.faint{fill:var(--other);opacity:.35}
.key::before{content:"";display:inline-block;width:14px;height:3px;margin:0 5px 3px 12px;
background:var(--model)}.key.train::before{background:var(--train)}
.key.truth::before{background:var(--ink)}
.answer{border-top:1px solid var(--rule);padding:10px 0}
.answer:first-of-type{border-top:0}.answer p{overflow-wrap:anywhere;white-space:pre-line}
.said{font-weight:600}.said.bad{color:var(--bad)}.said.good{color:var(--good)}
mark{color:inherit;border-radius:4px;padding:1px 3px}
mark.good{background:rgba(var(--right),.18);box-shadow:inset 0 -2px var(--good)}
mark.bad{background:rgba(var(--wrong),.18);box-shadow:inset 0 -2px var(--bad)}
mark sub{font-size:.68rem;font-weight:600;margin-left:4px;vertical-align:baseline;
color:var(--soft)}.marked .meta{display:inline-block;min-width:56px}
summary{cursor:pointer;color:var(--soft);padding:4px 0}
dl{display:grid;grid-template-columns:max-content 1fr;gap:3px 16px;margin:0;font-size:.875rem}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media(max-width:560px){main{padding:16px 10px 32px}section{padding:14px 12px}
.tile b{font-size:1.5rem}}
"""
