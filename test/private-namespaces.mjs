// How to start a program in network and mount namespaces of its own: as root directly, as an ordinary user in a user
// namespace. A private /run keeps `ip netns` names and the iptables lock to ourselves; everything vanishes with the program.
// nft and the like are in /usr/sbin, which is not on the path of an ordinary user.
const setUp =
  'PATH="$PATH:/usr/sbin:/sbin" && export PATH && mount -t tmpfs tmpfs /run && mkdir -p /run/netns';
const inside = ['sh', '-c', `${setUp} && exec "$@"`, 'sh'];
const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];

export const inPrivateNamespaces = ['unshare', ...user, '--net', '--mount', ...inside];
