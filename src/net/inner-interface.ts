/** The loopback interface, and those of containers and virtual machines on this machine: nobody else comes in by them. */
export function isInnerInterface(name: string): boolean {
  return /^(?:lo$|docker|br-|virbr|vnet|veth|cni|cali|flannel|podman|lxc|lxd|tap|vmnet)/.test(name);
}
