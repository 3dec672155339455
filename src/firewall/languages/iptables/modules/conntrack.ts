import {
  anyBit,
  CT_STATE,
  CT_STATUS,
  equals,
  numberIn,
  unknown,
  type AddressField,
  type Match,
  type NumberField,
} from '../../../model/match.ts';
import { lookUp } from '../../vocabulary/own-property.ts';
import type { RuleContext } from '../lower/context.ts';
import type { MatchModule, MatchOption } from '../lower/extensions.ts';
import { parseMasked, parsePorts, PORT_STYLES } from '../lower/values.ts';
import { parseProtocol } from '../lower/protocol.ts';
import { oneAddress } from '../lower/addresses.ts';

const STATES: Readonly<Record<string, number>> = CT_STATE;
const NO_TRANSLATIONS: Readonly<Record<string, number>> = {};

/** SNAT and DNAT count as states here, but are status bits. */
const TRANSLATIONS: Readonly<Record<string, number>> = { snat: CT_STATUS.snat, dnat: CT_STATUS.dnat };

/** Rulesets repeat a handful of lists in thousands of rules: one match each. */
const states = (translations: typeof TRANSLATIONS): MatchOption => {
  const known = new Map<string, Match>();
  return {
    values: 1,
    lower: ([list = ''], context) => {
      const match = known.get(list) ?? readStates(list, translations, context);
      known.set(list, match);
      return match;
    },
  };
};

function readStates(list: string, translations: typeof TRANSLATIONS, context: RuleContext): Match {
  let states = 0;
  let statuses = 0;
  for (const name of list.split(',')) {
    const [state, status] = [lookUp(STATES, name.toLowerCase()), lookUp(translations, name.toLowerCase())];
    if (state === undefined && status === undefined) {
      throw context.fail(
        'not a connection state',
        name,
        'use NEW, ESTABLISHED, RELATED, INVALID or UNTRACKED',
      );
    }
    states |= state ?? 0;
    statuses |= status ?? 0;
  }
  if (statuses === 0) return anyBit('ct-state', states);
  return { kind: 'any', of: [anyBit('ct-state', states), anyBit('ct-status', statuses)] };
}

const STATUSES: Readonly<Record<string, number>> = {
  none: 0,
  expected: CT_STATUS.expected,
  seen_reply: CT_STATUS['seen-reply'],
  assured: CT_STATUS.assured,
  confirmed: CT_STATUS.confirmed,
};

function statusMatch(list: string, context: RuleContext): Match {
  let bits = 0;
  for (const name of list.split(',')) {
    const bit = lookUp(STATUSES, name.toLowerCase());
    if (bit === undefined)
      throw context.fail(
        'not a connection status',
        name,
        'use NONE, EXPECTED, SEEN_REPLY, ASSURED or CONFIRMED',
      );
    bits |= bit;
  }
  return bits === 0
    ? unknown(`--ctstatus ${list}`, { code: 'connection-history' })
    : anyBit('ct-status', bits);
}

const address = (field: AddressField): MatchOption => ({
  values: 1,
  lower: ([text = ''], context) => oneAddress(field, text, context),
});

const port = (field: NumberField): MatchOption => ({
  values: 1,
  lower: ([text = ''], context) => numberIn(field, parsePorts(text, context, PORT_STYLES.udp)),
});

export const CONNTRACK: MatchModule = {
  options: {
    '--ctstate': states(TRANSLATIONS),
    '--ctproto': {
      values: 1,
      lower: ([name = ''], context) => equals('ct-protocol', parseProtocol(name, context)),
    },
    '--ctorigsrc': address('ct-original-source'),
    '--ctorigdst': address('ct-original-destination'),
    '--ctreplsrc': address('ct-reply-source'),
    '--ctrepldst': address('ct-reply-destination'),
    '--ctorigsrcport': port('ct-original-source-port'),
    '--ctorigdstport': port('ct-original-destination-port'),
    '--ctreplsrcport': port('ct-reply-source-port'),
    '--ctrepldstport': port('ct-reply-destination-port'),
    '--ctstatus': { values: 1, lower: ([list = ''], context) => statusMatch(list, context) },
    '--ctexpire': {
      values: 1,
      lower: ([text = '']) => unknown(`--ctexpire ${text}`, { code: 'connection-history' }),
    },
    '--ctdir': {
      values: 1,
      isNeverNegated: true,
      lower: ([direction = ''], context) => {
        const value = ['original', 'reply'].indexOf(direction.toLowerCase());
        if (value < 0) throw context.fail('not a direction', direction, 'use ORIGINAL or REPLY');
        return equals('ct-direction', value);
      },
    },
  },
};

export const STATE: MatchModule = { options: { '--state': states(NO_TRANSLATIONS) } };

const markMatch = (field: 'mark' | 'ct-mark'): MatchModule => ({
  options: {
    '--mark': {
      values: 1,
      lower: ([text = ''], context) => {
        const { value, mask } = parseMasked(text, context);
        return equals(field, value, mask);
      },
    },
  },
});

export const MARK: MatchModule = markMatch('mark');

export const CONNMARK: MatchModule = markMatch('ct-mark');
