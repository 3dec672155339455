import type { Sample } from './sample-reports.ts';

const CORE = [
  'a | b ::error:: ]]> </script>',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '&lt;b&gt; &amp; &#60;',
  ']]><x/>',
  '<!-- --> <![CDATA[ x ]]>',
  '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '{{ 7 | times: 6 }} {% if true %}x{% endif %}',
  '${7*6} `id` $(id) ; rm -rf /',
  '\u001b[2J\u001b[31mred\u001b[0m',
  '\u009b31m C1',
  '\u202eright to left\u202c',
  '\u2066isolate\u2069',
  '\u200bzero\u200dwidth\ufeff',
  'soft\u00adhyphen, vowel separator\u180e, tags \u{e0001}\u{e0041}\u{e007f}',
  'line one\nline two',
  'carriage\rreturn',
  '\r\n::error::forged',
  '\n::set-output name=x::y',
  '%0A::error::encoded',
  '::stop-commands::x',
  '##[error]old command',
  'nul \u0000 bell \u0007 backspace \b',
  '\u0001\u0002\u0003\u000b\u000c\u000e\u001f\u007f',
  '\ufffe\uffff noncharacters',
  'lone \ud800 surrogate \udfff',
  'emoji \ud83d\ude00 and combining e\u0301',
  '\\ " \\n \\" backslashes',
  'label="x"} 1\nforged_metric 2',
  '# HELP forged text\n# TYPE forged gauge',
  "perf | 'x'=1;2;3 | y=2",
  '| a | b |\n| --- | --- |',
  '**bold** _it_ [link](javascript:alert(1)) ![x](http://x/y.png)',
  '````\nfence\n````',
  '@everyone #1 https://evil.example www.evil.example :smile:',
  'javascript:alert(1)',
  '../../../etc/passwd',
  'C:\\Windows\\System32\\x.nft',
  '/absolute/path with blanks/%41#frag?query',
  '',
  ' ',
  '   leading and trailing   ',
  '\t tab \t',
  '\u2028line\u2029paragraph\u0085next',
  '__proto__',
  'constructor',
  'toString',
  'x'.repeat(5000),
  '\u0130\u0131\u00df\ufb01',
  '\u4e2d\u6587 \u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u05e2\u05d1\u05e8\u05d9\u05ea',
] as const;

/** A hundred texts that mean something to somebody: markup, escapes, commands, forged lines, and each of them doubled. */
export const HOSTILE: readonly string[] = [...CORE, ...CORE.map((text) => `${text}-->${text}`)];

/** Fields that hold what others wrote: names, files, rules, evidence, messages. */
const FOREIGN: ReadonlySet<string> = new Set(
  ['name', 'id', 'host', 'message', 'advice', 'evidence', 'assumptions', 'text', 'rule', 'file'].concat([
    ...['chain', 'table', 'why', 'base', 'flows', 'vantage', 'vantages', 'role', 'interface', 'reason'],
  ]),
);

/** Words the program itself chooses from, which stay. */
const OWN: ReadonlySet<string> = new Set(
  ['syn-ack', 'no-response', 'system-error', 'vwaudit', 'all', 'client', 'outsider', 'config-tool'].concat([
    ...['allocator', 'server', 'web', 'null'],
  ]),
);

/** The report with this text in every field that may hold foreign text; what was unique stays so. */
export function withText<S extends Sample>(report: S, text: string): S {
  return mapped(report, '', text) as S;
}

function mapped(data: unknown, key: string, text: string): unknown {
  if (typeof data === 'string') return FOREIGN.has(key) && !OWN.has(data) ? `${text}${data}` : data;
  if (Array.isArray(data)) return data.map((item) => mapped(item, key, text));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const renamed = key === 'hosts' ? `${text}${name}` : name;
      return [renamed, mapped(value, name, text)];
    }),
  );
}
