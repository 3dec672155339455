/** The loopback interface, and those of containers and virtual machines on this machine: nobody else comes in by them. */
export function isInnerInterface(name: string): boolean {
  return /^(?:lo$|docker|br-|virbr|vnet|veth|cni|cali|flannel|podman|lxc|lxd|tap|vmnet)/.test(name);
}

/** The bridges that Docker, Podman, libvirt, LXC, Incus, Multipass, Waydroid and CNI make for their own networks. */
export function isInnerBridge(name: string): boolean {
  return /^(?:docker|virbr|cni|podman|lxcbr|lxdbr|incusbr|mpqemubr|waydroid|cbr)\d+$|^docker_gwbridge$|^kube-bridge$|^br-[0-9a-f]{12}$/.test(
    name,
  );
}
