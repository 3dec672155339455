import type { SetDraft, TableDraft } from '../../syntax/table-builder.ts';

/**
 * Where a file lists no element of any set, nft may have left them out (`nft -t`): then the elements of its
 * sets are not known. fail2ban's sets are left as they are: they are empty where no address is banned.
 */
export function markUnlistedSets(tables: readonly TableDraft[]): void {
  const sets = tables.flatMap((table) => [...table.sets.values()].map((set) => ({ table, set })));
  if (sets.some(({ set }) => set.elements.length > 0)) return;
  for (const { table, set } of sets)
    if (!isBanList(table, set)) set.uncertainty ??= { code: 'unlisted-elements' };
}

function isBanList({ name: table }: TableDraft, { name }: SetDraft): boolean {
  return table === 'f2b-table' && name.startsWith('addr-set-');
}
