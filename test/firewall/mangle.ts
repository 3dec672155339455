/** What becomes of a listing on its way, by name. */
export interface Mangled {
  readonly name: string;
  readonly text: string;
}

/** A generator of numbers that one seed repeats (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const eachLine = (text: string, change: (line: string) => string): string =>
  text.split('\n').map(change).join('\n');

/** As `fold -w`, and with `-s` at blanks; tabs as wide as they are shown. */
function fold(text: string, width: number, atBlanks: boolean): string {
  return eachLine(text, (line) => {
    const parts: string[] = [];
    let rest = line;
    for (;;) {
      let at = 0;
      let column = 0;
      for (; at < rest.length; at++) {
        column = rest[at] === '\t' ? column + 8 - (column % 8) : column + 1;
        if (column > width) break;
      }
      if (at >= rest.length) break;
      const blank = atBlanks ? rest.slice(0, at).search(/\s(?=\S*$)/) + 1 : 0;
      const cut = blank > 0 ? blank : Math.max(at, 1);
      parts.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    return [...parts, rest].join('\n');
  });
}

/** Every way at widths and places that the seed chooses. */
export function manglings(text: string, seed: number, times: number): readonly Mangled[] {
  const next = numbers(seed ^ text.length);
  const lines = text.split('\n');
  const made: Mangled[] = [
    { name: 'quote', text: eachLine(text, (line) => `> ${line}`) },
    { name: 'padded', text: eachLine(text, (line) => line.padEnd(80)) },
    { name: 'crlf', text: text.replaceAll('\n', '\r\n') },
    { name: 'escapes', text: eachLine(text, (line) => `\x1b[0m${line}\x1b[K\r`) },
    { name: 'prompt', text: `root@maps-a:~# nft list ruleset\n${text}root@maps-a:~# ` },
    { name: 'less', text: `${text}:` },
    { name: 'less-end', text: `${text}(END)` },
    { name: 'less-top', text: `${lines.slice(0, 23).join('\n')}\n:` },
    { name: 'indented', text: eachLine(text, (line) => `    ${line}`) },
  ];
  const widths = [72, 80, ...Array.from({ length: times }, () => 40 + next(100))];
  for (const width of widths) {
    made.push({ name: `fold-s ${width}`, text: fold(text, width, true) });
    made.push({ name: `fold ${width}`, text: fold(text, width, false) });
    made.push({
      name: `quoted-fold ${width}`,
      text: eachLine(fold(text, width, true), (line) => `> ${line}`),
    });
    made.push({ name: `tmux ${width}`, text: eachLine(fold(text, width, false), (line) => line.trimEnd()) });
    made.push({ name: `mail ${width}`, text: eachLine(fold(text, width, true), (line) => line.trim()) });
    made.push({ name: `columns ${width}`, text: eachLine(text, (line) => line.slice(0, width)) });
  }
  for (let time = 0; time < 3 * times; time++) {
    const at = 1 + next(Math.max(1, lines.length - 1));
    made.push({ name: `head ${at}`, text: lines.slice(0, at).join('\n') });
    made.push({ name: `tail ${at}`, text: lines.slice(at).join('\n') });
    const bytes = 1 + next(Math.max(1, text.length - 1));
    made.push({ name: `bytes ${bytes}`, text: text.slice(0, bytes) });
  }
  return made.filter((one) => one.text !== text && !isWholeTables(one) && !isOneLineCut(one, lines));
}

/** Cut between two tables, nothing shows that more followed. */
function isWholeTables({ name, text }: Mangled): boolean {
  return /^(?:head|tail|bytes) /.test(name) && /(?:^|\n)(?:COMMIT|\})\n?(?:#[^\n]*\n?)*$/.test(text);
}

/** One line alone cut at a width that no terminal has: nothing shows that it was longer. */
function isOneLineCut({ name }: Mangled, lines: readonly string[]): boolean {
  const width = Number(/^columns (\d+)$/.exec(name)?.[1] ?? 80);
  return width !== 72 && width !== 80 && lines.filter((line) => line.length > width).length === 1;
}
