import { groupBy } from '../../group-by.ts';
import { listed } from '../findings/at.ts';
import { run, say, type Step } from '../findings/step.ts';
import type { Invocation } from './ask-again.ts';
import type { InterfaceAdvice } from './interface-advice.ts';

/** An interface that a rule names, offered as that towards somebody. */
export interface Offer {
  readonly kind: 'offer';
  readonly way: 'in' | 'out';
  /** A role, or a host. */
  readonly towards: string;
  readonly name: string;
}

export function isOffer(advice: InterfaceAdvice): advice is Offer {
  return advice.kind === 'offer';
}

/**
 * One command that states them all: of commands that state one each, the next undoes the one before. Offers of other flows
 * join where nothing contradicts them.
 */
export function offerSteps(
  own: readonly Offer[],
  all: readonly Offer[],
  { hook, argv }: Invocation,
): readonly Step[] {
  const agreed = all.filter((one) => all.every((other) => !contradicts(one, other, hook)));
  const isJoined = own.every((one) => agreed.some((other) => isEqual(one, other)));
  const stated = isJoined ? unique(agreed) : own;
  const places = groupBy(stated, ({ way, name }) => `${way} ${name}`).map(placeText);
  const isOne = places.length === 1;
  return [
    say(`If ${listed(places)}, state ${isOne ? 'it' : 'them'}:`),
    run(...argv, ...flagsOf(stated, hook)),
  ];
}

/** `gcl is the interface towards client` */
function placeText(same: readonly Offer[]): string {
  const towards = same.map((one) => one.towards);
  const isCut = same[0]?.way === 'out' && towards.length > 2;
  return `${same[0]?.name ?? ''} is the interface towards ${isCut ? 'the hosts' : listed(towards)}`;
}

function flagsOf(stated: readonly Offer[], hook: Invocation['hook']): readonly string[] {
  const incoming = stated.filter(({ way }) => way === 'in');
  const isBare = hook === 'input' && new Set(incoming.map(({ name }) => name)).size === 1;
  const outgoing = stated.filter(({ way }) => way === 'out');
  const out = hook === 'output' ? '--interface' : '--out-interface';
  return [...new Set(incoming.map(({ towards, name }) => (isBare ? name : `${towards}=${name}`)))]
    .flatMap((text) => ['--interface', text])
    .concat([...new Set(outgoing.map(({ name }) => name))].flatMap((name) => [out, name]));
}

/** There is one interface towards a role, and one flag for those towards the hosts. */
function contradicts(one: Offer, other: Offer, hook: Invocation['hook']): boolean {
  if (one.way !== other.way || one.name === other.name) return false;
  return one.way === 'out' || one.towards === other.towards || hook === 'output';
}

function isEqual(one: Offer, other: Offer): boolean {
  return one.way === other.way && one.towards === other.towards && one.name === other.name;
}

function unique(offers: readonly Offer[]): readonly Offer[] {
  return groupBy(offers, ({ way, towards, name }) => JSON.stringify([way, towards, name])).flatMap(
    ([first]) => (first === undefined ? [] : [first]),
  );
}
