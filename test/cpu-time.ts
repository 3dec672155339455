/** Processor time of this process so far, in milliseconds: what work takes on a busy machine, too. */
export function cpuTimeMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
