/** Some names may be cut short, in any case: the first entry that begins so is meant, as the tools look it up. */
export function byBeginning<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  if (name === '') return undefined;
  const beginning = name.toLowerCase();
  return Object.entries(table).find(([full]) => full.startsWith(beginning))?.[1];
}
