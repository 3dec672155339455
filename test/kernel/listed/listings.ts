import { parseRulesets, type DialectId } from '../../../src/firewall/languages/dialect.ts';
import { InputError } from '../../../src/input-error.ts';
import type { LabHost } from '../lab/lab.ts';

/** Every option of nft that changes how it lists, alone and together. */
const NFT_FORMS: readonly string[] = [
  '',
  '-s',
  '-a',
  '-n',
  '-nn',
  '-nnn',
  '-S',
  '-u',
  '-p',
  '-y',
  '-N',
  '-nsayupS',
  '-t',
];
const JSON_FORMS: readonly string[] = ['-j', '-ja', '-js', '-jn', '-jt', '-jnas'];

/** What was refused of a listing, and what nft listed there. */
export interface Refusal {
  readonly form: string;
  readonly message: string;
  readonly line: string;
}

/** Each form of the listing of the rules that a host has loaded, as far as it is refused. */
export function refusedForms(host: LabHost): readonly Refusal[] {
  return [
    ...NFT_FORMS.map((form) => ['nft', form] as const),
    ...JSON_FORMS.map((form) => ['nft-json', form] as const),
  ].flatMap(([dialect, form]) => {
    const { status, stdout } = host.run(['nft', ...(form === '' ? [] : [form]), 'list', 'ruleset']);
    // nft 1.0.6 falls over some rules of iptables, in the middle of its listing.
    return status === 0 ? (refusal(stdout, dialect, form) ?? []) : [];
  });
}

/** Null where it is read. */
export function refusal(
  text: string,
  dialect: DialectId,
  form: string,
  others: readonly { readonly text: string; readonly dialect: DialectId }[] = [],
): Refusal | null {
  try {
    parseRulesets([
      ...others.map((other) => ({ ...other, file: 'other' })),
      { text, file: 'listing', dialect },
    ]);
    return null;
  } catch (error) {
    if (!(error instanceof InputError))
      throw new Error(`${form}: ${String(error)}\n${text}`, { cause: error });
    const { message, value, line = 1, column = 1 } = error.problem;
    const at = text.split('\n')[line - 1] ?? '';
    const around = dialect === 'nft-json' ? at.slice(Math.max(0, column - 50), column + 300) : at.trim();
    return { form, message: `${message} ${value ?? ''}`, line: around };
  }
}
