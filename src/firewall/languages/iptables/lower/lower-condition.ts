import { NO_FRAGMENTS } from '../../../model/assumptions.ts';
import { INTERFACE_NAME_FIX, isInterfaceLength } from '../../../model/interface-name.ts';
import { equals, type AssumedMatch, type InterfaceMatch, type Match } from '../../../model/match.ts';
import type { Condition, RuleSyntax } from '../syntax/syntax.ts';
import { addressMatch } from './addresses.ts';
import type { RuleContext } from './context.ts';
import { parseProtocol } from './protocol.ts';

/** What an option of the tool itself tests, before a `!` is applied; `undefined` for what every packet passes. */
export function lowerCondition(
  { kind, value, isNegated }: Condition,
  context: RuleContext,
): Match | undefined {
  switch (kind) {
    case 'source':
    case 'destination':
      if (isNegated && value.includes(','))
        throw context.fail(
          '! with several addresses',
          value,
          'use a user-defined chain with one RETURN rule for each address',
        );
      return addressMatch(kind, value, context);
    case 'protocol':
      return protocolMatch(value, isNegated, context);
    case 'in-interface':
    case 'out-interface':
      return interfaceMatch(kind, value, context);
    case 'fragments':
      return FRAGMENTS;
  }
}

/** Whether an option lists several addresses: the tools make a rule of each. */
export function hasAddressList({ conditions }: RuleSyntax): boolean {
  return conditions.some(
    ({ kind, value }) => (kind === 'source' || kind === 'destination') && value.includes(','),
  );
}

const FRAGMENTS: AssumedMatch = { kind: 'assumed', holds: false, assumption: NO_FRAGMENTS };

function protocolMatch(value: string, isNegated: boolean, context: RuleContext): Match | undefined {
  const protocol = parseProtocol(value, context);
  if (protocol !== 0) return (PROTOCOL_MATCHES[protocol] ??= equals('protocol', protocol));
  if (isNegated) throw context.fail('`! -p all` never matches', value, 'remove the rule');
  return undefined;
}

/** One object a protocol, shared by every rule that names it. */
const PROTOCOL_MATCHES: Match[] = [];

function interfaceMatch(field: InterfaceMatch['field'], name: string, context: RuleContext): InterfaceMatch {
  if (name === '')
    throw context.fail('an interface without a name', undefined, 'name it, or remove -i and -o');
  if (!isInterfaceLength(name))
    throw context.fail('an interface name that is too long', name, INTERFACE_NAME_FIX);
  return { kind: 'interface', field, in: [name.endsWith('+') ? `${name.slice(0, -1)}*` : name] };
}
