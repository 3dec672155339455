/** Whether a text looks like what `vwaudit collect` writes, without reading all of it. */
export function isMachineFile(content: string): boolean {
  return /^\s*\{/.test(content) && /"kind"\s*:\s*"machine"/.test(content.slice(0, 400));
}
