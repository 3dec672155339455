import type { Family } from '../../../../../net/address.ts';
import type { AddressField, Match, NumberField } from '../../../../model/match.ts';
import { NO_OPERATION, type Bits } from '../bits.ts';
import type { NumberType } from '../values/number-type.ts';
import type { Assumption } from '../../../../model/assumptions.ts';
import type { Reason } from '../../../../model/reason.ts';

/** What a left-hand side reads of a packet, and of which type its values are. */
export type Selector =
  | NumberSelector
  /** `mask` is null for the whole address. */
  | {
      readonly kind: 'address';
      readonly field: AddressField;
      readonly family: Family;
      readonly mask: bigint | null;
    }
  | {
      readonly kind: 'interface';
      readonly field: 'in-interface' | 'out-interface';
      readonly by: 'name' | 'index' | 'type';
    }
  | ConstantSelector
  | { readonly kind: 'opaque'; readonly reason: Reason };

interface NumberSelector {
  readonly kind: 'number';
  readonly field: NumberField;
  readonly type: NumberType;
  readonly bits: Bits;
  /** It is the field where this holds; else nothing is known of it. */
  readonly where?: Assumption;
}

/** All bits of a number. */
export function number(field: NumberField, type: NumberType): NumberSelector {
  return { kind: 'number', field, type, bits: NO_OPERATION };
}

/** A field that has this value in every packet a question is about, in its `known` bits. */
export interface ConstantSelector {
  readonly kind: 'constant';
  readonly type: NumberType;
  readonly known: number;
  readonly value: number;
  /** Where it has some value of a range, the end of that. */
  readonly below?: number;
  readonly bits: Bits;
  readonly assumption: Assumption;
}

/** A selector with what the kernel tests before it looks: the rule does not match where these fail, whatever the operator. */
export interface Selection {
  readonly selector: Selector;
  readonly dependencies: readonly Match[];
}
