/** A text for a question or a case, made of all that it holds, so that no field can be forgotten. */
export function keyOf(fields: object): string {
  return JSON.stringify(fields, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}
