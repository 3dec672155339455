/** Objects of a table whose contents decide nothing by themselves; `ct helper` and its like are two words. */
export const OBJECT_KINDS: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'flowtable',
]);
