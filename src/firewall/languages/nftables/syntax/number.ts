/** As nft reads numbers: `0x` is hexadecimal, a leading 0 is octal. */
export function parseNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  if (HEXADECIMAL.test(text)) return parseInt(text, 16);
  return OCTAL.test(text) ? parseInt(text, 8) : undefined;
}

const DECIMAL = /^(?:0|[1-9]\d*)$/;
const HEXADECIMAL = /^0x[0-9a-f]+$/i;
const OCTAL = /^0[0-7]+$/;
