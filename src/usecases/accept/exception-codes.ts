import { nearestWord } from '../../nearest-word.ts';
import { UNEXPLAINED } from '../../verdict/accept/exception.ts';
import { ACCEPTANCE_CODES } from '../../verdict/findings/acceptance.ts';
import { FINDINGS } from '../../verdict/findings/registry.ts';

/** Whether an exception can have this code, and else the code that is probably meant. */
export function exceptionCode(code: string): {
  readonly isKnown: boolean;
  readonly near: string | undefined;
} {
  const known = [...Object.keys(FINDINGS), ...UNEXPLAINED].filter((one) => !ACCEPTANCE_CODES.has(one));
  return known.includes(code)
    ? { isKnown: true, near: undefined }
    : { isKnown: false, near: nearestWord(code, known) };
}
