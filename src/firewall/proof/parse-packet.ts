import { InputError } from '../../input-error.ts';
import { tryParseAddress } from '../../net/address.ts';
import { addressSet } from '../../net/address-set.ts';
import { MAX_PORT } from '../../net/port-range.ts';
import { parsePrefix, prefixOf, type Prefix } from '../../net/prefix.ts';
import { isInterfaceName, STATED_INTERFACE_FIX } from '../model/interface-name.ts';
import {
  flowQuestion,
  PACKET_STATES,
  type Destination,
  type FlowQuestion,
  type FilterHook,
} from '../model/question.ts';

/** Where a packet was written down: a flag, or a line of a file, whose columns errors then tell. */
export interface PacketPlace {
  readonly file?: string;
  readonly line?: number;
}

/** What a packet asks; it always says where it goes. */
export interface PacketQuestion extends FlowQuestion {
  readonly destination: Destination;
}

/**
 * `tcp 10.30.0.5:40000 > 10.20.0.11:10102 in eth0 state ESTABLISHED` as a question. Either address may be a prefix, and
 * the source may have no port; an IPv6 address with a port stands in brackets.
 * @throws InputError that says which part is wrong
 */
export function parsePacket(text: string, hook: FilterHook, place: PacketPlace = {}): PacketQuestion {
  const refuse: Refuse = ({ column }, message, fix) => {
    const at = place.line === undefined ? {} : { column };
    throw new InputError({ code: 'bad-packet', message, value: text.trim(), fix, ...place, ...at });
  };
  const end = { text: '', column: text.trimEnd().length + 1 };
  const [transport = end, from = end, arrow = end, to = end, ...rest] = wordsOf(text);
  if (transport.text !== 'tcp' && transport.text !== 'udp')
    return refuse(transport, `a packet begins with tcp or udp, not "${transport.text}"`, EXAMPLE);
  if (arrow.text !== '>') return refuse(arrow, 'a packet is written SOURCE > DESTINATION', EXAMPLE);
  const source = endOf(from, 'source', refuse);
  const target = endOf(to, 'destination', refuse);
  if (target.port === null)
    return refuse(
      to,
      `the destination "${to.text}" has no port`,
      'write for example 10.20.0.11:102 or [2001:db8::11]:102',
    );
  if (source.prefix.family !== target.prefix.family)
    return refuse(
      to,
      'source and destination are of different address families',
      'give two IPv4 or two IPv6 addresses',
    );
  const { port: sourcePort } = source;
  const { family } = target.prefix;
  const destination = { family, in: addressSet([target.prefix], family) };
  const asked = flowQuestion({
    transport: transport.text,
    sources: [source.prefix],
    destination,
    port: target.port,
    sourcePorts: sourcePort === null ? null : [sourcePort, sourcePort + 1],
    hook,
    ...optionsOf(rest, end, hook, refuse),
  });
  return { ...asked, destination };
}

interface Word {
  readonly text: string;
  readonly column: number;
}

const wordsOf = (text: string): readonly Word[] =>
  Array.from(text.matchAll(/>|[^\s>]+/g), ({ 0: word, index }) => ({ text: word, column: index + 1 }));

type Refuse = (word: Word, message: string, fix: string) => never;

type RefuseOne = (message: string, fix: string) => never;

const EXAMPLE = 'write for example "tcp 10.30.0.5:40000 > 10.20.0.11:10102"';

interface End {
  readonly prefix: Prefix;
  readonly port: number | null;
}

/** `10.0.0.1`, `10.0.0.0/8:40000`, `fd00::1`, `[fd00::/64]:40000`. */
function endOf(word: Word, what: string, refuse: Refuse): End {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(word.text);
  const plain = /^([^:]*)(?::([^:]*))?$/.exec(word.text);
  const [, address = word.text, port] = bracketed ?? plain ?? [];
  const refuseThis: RefuseOne = (message, fix) => refuse(word, message, fix);
  return {
    prefix: prefixOrRefusal(address, what, refuseThis),
    port: port === undefined ? null : portOf(port, what, refuseThis),
  };
}

function prefixOrRefusal(text: string, what: string, refuse: RefuseOne): Prefix {
  const address = tryParseAddress(text);
  if (address !== undefined) return prefixOf(address);
  try {
    return parsePrefix(text, `the ${what}`);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return refuse(error.problem.message, error.problem.fix);
  }
}

function portOf(text: string, what: string, refuse: RefuseOne): number {
  const port = /^(?:0|[1-9]\d{0,4})$/.test(text) ? Number(text) : NaN;
  return port <= MAX_PORT
    ? port
    : refuse(`the ${what} port "${text}" is not a port`, `give a number from 0 to ${MAX_PORT}`);
}

function optionsOf(
  words: readonly Word[],
  end: Word,
  hook: FilterHook,
  refuse: Refuse,
): Pick<FlowQuestion, 'interface' | 'outInterface' | 'state'> {
  const given = new Map<string, Word>();
  for (let at = 0; at < words.length; at += 2) {
    const [key = end, value = end] = words.slice(at, at + 2);
    const isInterface = INTERFACES[hook].some((one) => one === key.text);
    if ((!isInterface && key.text !== 'state') || given.has(key.text)) {
      const allowed = [
        ...INTERFACES[hook].map((one) => `"${one} INTERFACE"`),
        `"state ${STATE_NAMES.join('|')}"`,
      ];
      const fix = `after the destination, only ${allowed.join(' and ')} are allowed with this --hook, once each (names have no spaces; with Windows rules give --profile instead)`;
      return refuse(key, `"${key.text}" is not expected there`, fix);
    }
    if (isInterface && value === end)
      return refuse(end, `"${key.text}" without an interface`, `write ${key.text} eth0`);
    if (isInterface && !isInterfaceName(value.text))
      return refuse(
        value,
        `"${value.text}" is not the name of a Linux network interface`,
        STATED_INTERFACE_FIX,
      );
    given.set(key.text, value);
  }
  const [first, second] = INTERFACES[hook];
  return {
    interface: given.get(first)?.text ?? null,
    outInterface: second === undefined ? null : (given.get(second)?.text ?? null),
    state: stateOf(given.get('state'), refuse),
  };
}

/** The interfaces a packet has at each hook. */
const INTERFACES = {
  input: ['in'],
  forward: ['in', 'out'],
  output: ['out'],
} as const satisfies Record<FilterHook, readonly [string, string?]>;

const STATE_NAMES = PACKET_STATES.map((state) => state.toUpperCase());

function stateOf(word: Word | undefined, refuse: Refuse): FlowQuestion['state'] {
  if (word === undefined) return 'new';
  const name = word.text.toLowerCase();
  const state = PACKET_STATES.find((one) => one === name);
  if (state !== undefined) return state;
  return refuse(
    word,
    `"${word.text}" is not a supported state`,
    `give ${STATE_NAMES.slice(0, -1).join(', ')} or ${STATE_NAMES.at(-1) ?? ''}`,
  );
}
