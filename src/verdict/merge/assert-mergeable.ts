import { InputError } from '../../input-error.ts';
import { tryParseAddress } from '../../net/address.ts';
import { isLoopback } from '../../net/special-addresses.ts';
import type { SiteSummary } from '../reports/report.ts';
import type { SavedCheck } from '../reports/check-report.ts';

/** A report and the name of its file. */
export interface SavedFile {
  readonly file: string;
  readonly report: SavedCheck;
}

/**
 * Refuses reports that do not belong together: about another site, of one vantage point twice, or about "this machine",
 * which is another machine for each of them.
 */
export function assertMergeable(files: readonly SavedFile[]): void {
  const [first, ...others] = files;
  if (first === undefined) return;
  for (const [index, other] of others.entries()) {
    refuseOtherSite(first, other);
    for (const before of files.slice(0, index + 1)) refuseSameVantage(before, other);
  }
  if (others.length > 0) for (const one of files) refuseThisMachine(one);
}

function refuseOtherSite(first: SavedFile, other: SavedFile): void {
  const [a, b] = [siteFacts(first.report.site), siteFacts(other.report.site)];
  const name = [...new Set([...Object.keys(a), ...Object.keys(b)])].find((key) => a[key] !== b[key]);
  if (name === undefined) return;
  throw new InputError({
    code: 'other-site',
    message: `this report is of another site than ${first.file}: ${name} ${b[name] ?? 'missing'}, there ${a[name] ?? 'missing'}`,
    fix: 'check from every vantage point with the same site file or site flags',
    file: other.file,
  });
}

/** What makes a site this site, in words; not its addresses, which a name may resolve to differently from place to place. */
function siteFacts({
  name,
  reading,
  portOffset,
  hosts,
  peers,
}: SiteSummary): Readonly<Record<string, string>> {
  const hostFacts = Object.entries(hosts).map(([key, { instances, allocator }]) => [
    `host "${key}"`,
    `with ${instances} instances${allocator ? ' and an allocator' : ''}`,
  ]);
  const peerFacts = Object.entries(peers).map(([role, prefixes]) => [
    `the ${role} peers`,
    prefixes === null ? 'not stated' : prefixes.length === 0 ? 'nobody' : [...prefixes].sort().join(', '),
  ]);
  return {
    'the name': name === null ? 'not given' : `"${name}"`,
    'the reading': reading,
    'the port offset': `${portOffset}`,
    ...(Object.fromEntries([...hostFacts, ...peerFacts]) as Record<string, string>),
  };
}

function refuseSameVantage(before: SavedFile, other: SavedFile): void {
  const [a, b] = [before.report, other.report];
  if (vantageKey(a) !== vantageKey(b)) return;
  const isSameRun = a.startedAt === b.startedAt;
  const from = b.vantage.addresses.length === 0 ? '' : ` from ${b.vantage.addresses.join(', ')}`;
  throw new InputError({
    code: 'vantage-twice',
    message: isSameRun
      ? `this is the same report as ${before.file}`
      : `this was seen as ${b.vantage.as}${from}, like ${before.file} (${a.startedAt}, this one ${b.startedAt})`,
    fix: 'give one report for each vantage point',
    file: other.file,
  });
}

function vantageKey({ vantage: { as, addresses } }: SavedCheck): string {
  return [as, ...addresses].join(' ');
}

function refuseThisMachine({ file, report }: SavedFile): void {
  const [key] =
    Object.entries(report.site.hosts).find(([, { addresses }]) => addresses.some(isLoopbackText)) ?? [];
  if (key === undefined) return;
  throw new InputError({
    code: 'own-machine',
    message: `host "${key}" means "this machine", which differs per report`,
    fix: 'check with the address of the host, for example --host 10.20.0.11, or with a site file',
    file,
  });
}

function isLoopbackText(text: string): boolean {
  const address = tryParseAddress(text);
  return address !== undefined && isLoopback(address);
}
