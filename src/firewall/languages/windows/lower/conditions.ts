import { FAMILIES } from '../../../../net/address.ts';
import { addressSet } from '../../../../net/address-set.ts';
import { subtract } from '../../../../net/interval-set.ts';
import { LINK_LOCAL } from '../../../../net/special-addresses.ts';
import type { Assumption } from '../../../model/assumptions.ts';
import {
  equals,
  numberIn,
  unknown,
  type AddressField,
  type Match,
  type NumberField,
} from '../../../model/match.ts';
import type {
  AddressCondition,
  Direction,
  Doubt,
  PortCondition,
  RuleConditions,
  WindowsRule,
} from '../policy/rule.ts';
import type { WindowsCircumstances } from './circumstances.ts';
import { scopeTests } from './scope.ts';

const NO_COMPONENT_PORTS: Assumption = {
  text: 'no component of Windows (RPC, IPHTTPS, Teredo, mDNS) uses the ports of the flow',
};

/** What has to hold of a packet for the rule to match it, in its direction. */
export function ruleTests(
  rule: WindowsRule,
  direction: Direction,
  known: WindowsCircumstances,
): readonly Match[] {
  const { protocol, localPorts, remotePorts, localAddresses, remoteAddresses, doubts } =
    withLocalOnlyMapping(rule);
  const [local, remote] = direction === 'in' ? LOCAL_IS_DESTINATION : LOCAL_IS_SOURCE;
  return [
    ...(protocol === null ? [] : [equals('protocol', protocol)]),
    ...portTests(localPorts, local.port),
    ...portTests(remotePorts, remote.port),
    ...addressTests(localAddresses, local.address, known),
    ...addressTests(remoteAddresses, remote.address, known),
    ...scopeTests(rule, known),
    ...doubts.map(({ text, reason }) => unknown(text, reason)),
  ];
}

/**
 * With local-only mapping (LOM) it is not known whether what the rule says of the other side counts: it may fit whoever that is. On a
 * block rule the key is to be ignored.
 */
function withLocalOnlyMapping(rule: WindowsRule): RuleConditions {
  const written = rule.conditions();
  const isMapping = ({ reason }: Doubt): boolean => reason.code === 'local-only-mapping';
  if (!written.doubts.some(isMapping)) return written;
  const isBlock = rule.actions.every((action) => action === 'block');
  const saysNothing = written.remoteAddresses === null && written.remotePorts === null;
  if (isBlock || saysNothing) return { ...written, doubts: written.doubts.filter((one) => !isMapping(one)) };
  return { ...written, remoteAddresses: null, remotePorts: null };
}

interface Side {
  readonly port: NumberField;
  readonly address: AddressField;
}

const SOURCE: Side = { port: 'source-port', address: 'source' };
const DESTINATION: Side = { port: 'destination-port', address: 'destination' };
const LOCAL_IS_DESTINATION = [DESTINATION, SOURCE] as const;
const LOCAL_IS_SOURCE = [SOURCE, DESTINATION] as const;

function portTests(ports: PortCondition | null, field: NumberField): readonly Match[] {
  if (ports === null) return [];
  const numbers = numberIn(field, ports.in);
  if (ports.keywords.length === 0) return [numbers];
  const keyword: Match = { kind: 'assumed', holds: false, assumption: NO_COMPONENT_PORTS };
  return [{ kind: 'any', of: [numbers, keyword] }];
}

function addressTests(
  addresses: AddressCondition | null,
  field: AddressField,
  { localSubnets }: WindowsCircumstances,
): readonly Match[] {
  if (addresses === null) return [];
  const of: Match[] = FAMILIES.flatMap((family): readonly Match[] =>
    addresses.in[family].length === 0 ? [] : [{ kind: 'address', field, family, in: addresses.in[family] }],
  );
  for (const { word, family } of addresses.keywords) {
    const families = family === null ? FAMILIES : [family];
    for (const one of families) {
      const subnets = word === 'LocalSubnet' ? addressSet(localSubnets, one) : [];
      const open = unknown(word, { code: 'address-keyword', keyword: word });
      if (subnets.length === 0) {
        of.push({ kind: 'all', of: [equals('family', one), open] });
        continue;
      }
      of.push({ kind: 'address', field, family: one, in: subnets });
      // Who states the subnets seldom thinks of the one that every computer with IPv6 is on.
      const linkLocal = subtract(LINK_LOCAL[6], subnets);
      if (one === 6 && linkLocal.length > 0)
        of.push({ kind: 'all', of: [{ kind: 'address', field, family: 6, in: linkLocal }, open] });
    }
  }
  const [only] = of;
  return of.length === 1 && only !== undefined ? [only] : [{ kind: 'any', of }];
}
