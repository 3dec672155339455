import type { ModuleSyntax } from './syntax.ts';

/** `-m NAME` with its options, as iptables-save would write it. */
export function formatModule({ name, options }: ModuleSyntax): string {
  const parts = options.flatMap((option) => [
    ...(option.isNegated ? ['!'] : []),
    option.name,
    ...option.values,
  ]);
  return [`-m ${name}`, ...parts].join(' ');
}
