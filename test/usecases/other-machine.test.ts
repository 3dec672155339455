import { expect, test } from 'vitest';
import { unknownMachine } from '../../src/facts/machine-facts.ts';
import { InputError } from '../../src/input-error.ts';
import { parseAddress } from '../../src/net/address.ts';
import { refuseOtherMachine } from '../../src/usecases/audit/refuse-other-machine.ts';
import { host } from '../ports/site.ts';

const collected = (...texts: readonly string[]) => ({
  ...unknownMachine('box'),
  addresses: texts.map((text) => parseAddress(text, 'test')),
});
const MAPS_A = host('maps-a', 1, true, ['10.20.0.11', 'fd00:20::11']);

test('a file that was collected on another machine is refused', () => {
  const refused = (): void => {
    refuseOtherMachine(MAPS_A, collected('10.20.0.77', 'fe80::1'), ['b.json']);
  };
  expect(refused).toThrow(InputError);
  expect(refused).toThrow(
    /collected on box, which has the addresses 10\.20\.0\.77, fe80::1, none of maps-a's/,
  );
});

test('one address that is its own is enough, and what is not known refuses nothing', () => {
  refuseOtherMachine(MAPS_A, collected('10.20.0.11'), ['a.json']);
  refuseOtherMachine(MAPS_A, collected(), ['a.json']);
  refuseOtherMachine(MAPS_A, unknownMachine('box'), ['a.json']);
  refuseOtherMachine(MAPS_A, null, ['a.nft']);
  refuseOtherMachine({ ...MAPS_A, addresses: [] }, collected('10.20.0.77'), ['a.json']);
});
