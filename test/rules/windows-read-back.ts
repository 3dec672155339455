// Our rules for Windows as its own tools would list them: a model of New-NetFirewallRule and of netsh.

/** `key=value` and `key="several words"` after the command. */
function netshArguments(line: string): ReadonlyMap<string, string> {
  return new Map(
    [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)].map(([, key, quoted, bare]) => [key!, quoted ?? bare!]),
  );
}

/** What `show rule verbose` prints once the batch file has run. */
function listing(script: string): string {
  const added = script.split('\r\n').filter((line) => line.startsWith('netsh advfirewall firewall add rule'));
  const row = (label: string, value: string): string => `${`${label}:`.padEnd(38)}${value}`;
  const capital = (words: string): string => words.replaceAll(/\b[a-z]/g, (letter) => letter.toUpperCase());
  const blocks = added.map((line) => {
    const given = netshArguments(line);
    return [
      row('Rule Name', given.get('name')!),
      '-'.repeat(70),
      row('Enabled', capital(given.get('enable')!)),
      row('Direction', capital(given.get('dir')!)),
      row('Profiles', capital(given.get('profile')!)),
      row('LocalIP', 'Any'),
      row('RemoteIP', given.get('remoteip') === 'any' ? 'Any' : given.get('remoteip')!),
      row('Protocol', given.get('protocol')!),
      row('LocalPort', given.get('localport')!),
      row('RemotePort', 'Any'),
      row('Program', 'Any'),
      row('InterfaceTypes', 'Any'),
      row('Security', 'NotRequired'),
      row('Rule source', 'Local Setting'),
      row('Action', capital(given.get('action')!)),
      '',
    ].join('\r\n');
  });
  return [...blocks, 'Ok.\r\n'].join('\r\n');
}

/** The objects of the cmdlets once the script has run. */
function objects(script: string): string {
  const words = (text: string): readonly string[] =>
    [...text.matchAll(/'([^']*)'/g)].map(([, word]) => word!);
  const rules = [...script.matchAll(/New-NetFirewallRule [^`\n]*(?:`\n[^`\n]*)*/g)];
  return JSON.stringify(
    rules.flatMap(([text], index) => {
      const given = new Map(
        [...text.matchAll(/-(\w+) ((?:'[^']*'(?:, )?)+)/g)].map(([, key, list]) => [key!, words(list!)]),
      );
      const CreationClassName = `MSFT|FW|FirewallRule|rule-${index}`;
      const of = { CreationClassName, InstanceID: `rule-${index}` };
      const get = (key: string): readonly string[] => given.get(key) ?? ['Any'];
      return [
        {
          ...{
            ...of,
            DisplayName: get('DisplayName')[0],
            Enabled: get('Enabled')[0],
            Direction: get('Direction')[0],
          },
          ...{ Action: get('Action')[0], Profile: get('Profile').join(', '), PolicyStoreSourceType: 1 },
        },
        {
          ...of,
          Protocol: get('Protocol')[0],
          LocalPort: get('LocalPort'),
          RemotePort: 'Any',
          IcmpType: 'Any',
        },
        { ...of, LocalAddress: 'Any', RemoteAddress: get('RemoteAddress') },
        { ...of, Program: 'Any', Package: null },
        { ...of, Service: 'Any' },
        { ...of, InterfaceAlias: 'Any' },
        { ...of, InterfaceType: 0 },
        {
          ...of,
          Authentication: 0,
          Encryption: 0,
          LocalUser: 'Any',
          RemoteUser: 'Any',
          RemoteMachine: 'Any',
        },
      ];
    }),
  );
}

/** What a computer lists once the rules of each format are in force. */
export const READ_BACK = {
  windows: objects,
  netsh: listing,
  'windows-registry': (text: string): string => text,
} as const;
