// How to start a program in network and mount namespaces of its own: as root directly, as an ordinary user in a user
// namespace. A private /run keeps `ip netns` names and the iptables lock to ourselves; everything vanishes with the program.
const inside = ['sh', '-c', 'mount -t tmpfs tmpfs /run && mkdir -p /run/netns && exec "$@"', 'sh'];
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];

export const inPrivateNamespaces = ['unshare', ...user, '--net', '--mount', ...inside];
