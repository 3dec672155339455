/** The keys of a registry as the choices of a flag: a new entry there is a new choice here. */
export function choicesOf<K extends string>(registry: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(registry) as K[];
}
