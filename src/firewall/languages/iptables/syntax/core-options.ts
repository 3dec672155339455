/**
 * The long options of the tools themselves and the short ones that mean the same, for those that are cut short: null is
 * what no line of a file may say, but what makes a beginning ambiguous.
 */
export const CORE_OPTIONS: Readonly<Record<string, string | null>> = {
  '--source': '-s',
  '--src': '-s',
  '--destination': '-d',
  '--dst': '-d',
  '--protocol': '-p',
  '--in-interface': '-i',
  '--out-interface': '-o',
  '--jump': '-j',
  '--goto': '-g',
  '--match': '-m',
  '--fragments': '-f',
  '--set-counters': '-c',
  '--ipv4': '-4',
  '--ipv6': '-6',
  '--verbose': '-v',
  ...Object.fromEntries(
    [
      ...['append', 'delete', 'check', 'insert', 'replace', 'list', 'list-rules', 'flush', 'zero'],
      ...['new-chain', 'delete-chain', 'rename-chain', 'policy', 'table', 'numeric', 'modprobe'],
      ...['wait', 'wait-interval', 'exact', 'version', 'help', 'line-numbers'],
    ].map((name) => [`--${name}`, null]),
  ),
};
