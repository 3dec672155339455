/** A number of up to 32 bits as C reads it: `0x` is hexadecimal, a leading 0 is octal (`-p tcp --dport 010` is port 8). */
export function parseC(text: string): number | undefined {
  if (!/^(?:0|[1-9]\d{0,9}|0x[0-9a-f]{1,8}|0[0-7]{1,11})$/i.test(text)) return undefined;
  return /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
}
