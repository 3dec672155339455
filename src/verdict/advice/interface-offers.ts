import type { Host } from '../../deployment/site.ts';
import type { Prefix } from '../../net/prefix.ts';
import { groupBy } from '../../group-by.ts';
import { listed } from '../findings/at.ts';
import { run, say, type Step } from '../findings/step.ts';
import type { Invocation } from './ask-again.ts';
import type { InterfaceAdvice } from './interface-advice.ts';
import { siteLine, type Leading } from './site-line.ts';

/** An interface that a rule names, offered as that towards somebody. */
export interface Offer {
  readonly kind: 'offer';
  readonly way: 'in' | 'out';
  /** A role, or a host. */
  readonly towards: string;
  readonly name: string;
  /** The addresses of whoever that is. */
  readonly networks: readonly Prefix[];
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
  host: Host,
  invocation: Invocation,
): readonly Step[] {
  const { hook, argv } = invocation;
  const agreed = all.filter((one) => all.every((other) => !contradicts(one, other, hook)));
  const isJoined = own.every((one) => agreed.some((other) => isEqual(one, other)));
  const stated = isJoined ? unique(agreed) : own;
  const places = groupBy(stated, ({ way, name }) => `${way} ${name}`).map(placeText);
  const isOne = places.length === 1;
  return [
    say(`If ${listed(places)}, state ${isOne ? 'it' : 'them'}:`),
    run(...argv, ...flagsOf(stated, hook)),
    ...siteSteps(stated, host, invocation),
  ];
}

/** The same as a line of the site file, with the networks that are stated already. */
export function siteSteps(
  stated: readonly Leading[],
  host: Host,
  { hook, interfaces }: Pick<Invocation, 'hook' | 'interfaces'>,
  kind: 'same' | 'example' = 'same',
): readonly Step[] {
  // Of a machine that connects the site file says nothing.
  if (hook === 'output') return [];
  const known = interfaces.flatMap(({ who, name }) =>
    who === null || typeof who === 'string' ? [] : [{ name, networks: [who] }],
  );
  const line = siteLine([...known, ...stated]);
  const where = hook === 'input' && host.interfaces !== undefined ? `, under hosts: ${host.key}` : '';
  return line === null ? [] : [say(`${LEADS[kind]}${where}: ${line}`)];
}

const LEADS = { same: 'Or as a line of the site file', example: 'For example, in the site file' } as const;

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
