/**
 * Whether a condition on the version of Windows holds for every one with this firewall that is still supported: 6.2 or later.
 * `2:6:2` of the registry, where `GTEQ` stands beside it, and `6.2+` of the cmdlets.
 */
export function isEveryPlatform(platform: string, isOrLater: boolean): boolean {
  const [, major, minor] = /^(?:2:)?(\d{1,3})[:.](\d{1,3})$/.exec(platform) ?? [];
  if (!isOrLater || major === undefined || minor === undefined) return false;
  return Number(major) < 6 || (Number(major) === 6 && Number(minor) <= 2);
}
