import { InputError } from '../../../../input-error.ts';

/** Many times those of any computer that was ever seen: more can only be made to keep whoever reads them busy. */
const MOST_RULES = 50_000;

/** @throws InputError where a file has more rules than any computer */
export function refuseTooMany(count: number, file: string): void {
  if (count <= MOST_RULES) return;
  throw new InputError({
    code: 'bad-ruleset',
    message: `more than ${MOST_RULES} rules`,
    value: String(count),
    fix: 'no computer has so many: export the rules of one computer',
    file,
  });
}
