import type { Ruleset } from '../../../src/firewall/model/ruleset.ts';

/**
 * Everything of a ruleset that decides on packets, one text a rule so that a difference is easy to see. What JSON
 * listings leave out (the devices of ingress chains) is left out.
 */
export function rulesetText({ tables }: Ruleset): readonly string[] {
  const text = (value: unknown) =>
    JSON.stringify(value, (key, inner: unknown) => {
      if (key === 'text' || key === 'devices') return undefined;
      return typeof inner === 'bigint' ? `${inner}` : inner;
    });
  return tables.flatMap(({ family, name, isDormant, chains }) =>
    [...chains.values()].flatMap((chain) => [
      `${family} ${name} ${chain.name} ${isDormant} ${text(chain.base)}`,
      ...chain.rules.map(({ matches, effects }) => `${text(matches)} ${text(effects)}`),
    ]),
  );
}
