import { ended } from '../ended.ts';
import type { FindingKind } from '../finding-kind.ts';
import { place, type At, listed } from '../at.ts';
import { type ByRuleset, addresses, by, EVERYONE_ELSE } from '../by-ruleset.ts';

/** A ruleset that was read tells more than a probe that got through. */
type Args = At & { readonly as: string; readonly audience: readonly string[] } & Partial<ByRuleset> & {
    /** A packet that gets in, as `vwaudit trace --packet` takes it; of probes, and where the host has no address, none. */
    readonly packet?: string | null;
    /** Tests of rules that only an unusual header meets, and that it has to meet. */
    readonly header?: readonly string[];
    /** Interfaces that it does not come or leave by. */
    readonly notBy?: readonly string[];
    /** The ports it has to be sent to before, by somebody who has to be on a list first (port knocking). */
    readonly knocks?: readonly string[];
  };

export const exposed: FindingKind<Args> = {
  severity: 'error',
  title: 'A port is open to others',
  meaning: 'Somebody who must not connect can connect. Restrict the port to the addresses that need it.',
  message: ({
    from,
    more = 0,
    except = [],
    moreExcept = 0,
    witness = '',
    witnessPort = null,
    rule = null,
    decided = rule === null ? [] : [rule],
    others = null,
    packet = null,
    header = [],
    notBy = [],
    knocks = [],
    ...args
  }) => {
    const only = `only ${listed(args.audience)} should connect`;
    return from === undefined
      ? `${place(args)}: reachable ${args.as === 'outsider' ? 'by an outsider' : `as ${args.as}`}, but ${only}.`
      : withPacket(
          `${place(args)}: the firewall also admits ${addresses({ from, more, except, moreExcept, witness, witnessPort }, EVERYONE_ELSE)}; ${only}${by({ rule, decided, others })}`,
          { packet, header, notBy, knocks },
        );
  },
};

function withPacket(
  message: string,
  { packet, header, notBy, knocks }: Required<Pick<Args, 'packet' | 'header' | 'notBy' | 'knocks'>>,
): string {
  const before = knocks.length === 0 ? '' : `, after one to ${knocks.join(', then ')}`;
  if (packet === null) return message;
  const such = header.length === 0 ? '' : `, with a header that ${header.join(' and ')} matches`;
  const way = notBy.length === 0 ? '' : `, by any interface but ${listed(notBy)}`;
  return `${ended(message)} Packet: ${packet}${way}${such}${before}`;
}
