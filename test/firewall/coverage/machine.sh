# A machine of its own: called by capture.mjs in fresh network, mount and process namespaces, with a /run of its own.
#   machine.sh SCENARIO BACK_END FIXTURE LISTING…
set -eu
here=$(dirname "$0")
scenario=$1 back_end=$2 fixture=$3
shift 3

mkdir -p /run/lock /run/copies
mount -t tmpfs tmpfs /var/log

# What a tool keeps on disk is a copy that vanishes with the namespace.
private() {
  copy=/run/copies/$(echo "$1" | tr / _)
  mkdir -p "$copy" "$1"
  cp -a "$1/." "$copy"
  mount --bind "$copy" "$1"
}

# Every tool calls plain `iptables`; which program that is, the machine decides.
if [ "$back_end" = legacy ]; then
  mount --bind /usr/sbin/xtables-legacy-multi /usr/sbin/xtables-nft-multi
fi

ip link set lo up
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
ip link add eth0 type veth peer name far
ip addr add 10.20.0.11/24 dev eth0
ip addr add fd00:20::11/64 dev eth0 nodad
ip link set eth0 up
ip link set far up

# Prints our own rules for the deployment the tests ask about.
own_rules() {
  node "$here/../../../bin/dev.js" rules --site "$here/vwaudit.yaml" "$@"
}

# shellcheck source=/dev/null
. "$here/scenarios/$scenario.sh" >&2

# Dates and packet counters would make every capture differ.
steady() {
  sed -E 's/^(# (Generated|Completed).*) on [A-Z][a-z]{2} [A-Z][a-z]{2} .*$/\1/; s/\[[0-9]+:[0-9]+\]$/[0:0]/; s/counter packets [0-9]+ bytes [0-9]+/counter packets 0 bytes 0/g'
}

for listing in "$@"; do
  case $listing in
    iptables-save | ip6tables-save) "$listing" | steady >"$fixture.$listing" ;;
    nft) { echo "# $(nft --version): nft list ruleset"; nft list ruleset | steady; } >"$fixture.nft" ;;
    json) nft -j list ruleset | sed -E 's/"packets": [0-9]+, "bytes": [0-9]+/"packets": 0, "bytes": 0/g' >"$fixture.json" ;;
    ipset) { echo "# $(ipset --version | tr '\n' ' ')"; ipset save; } >"$fixture.ipset" ;;
  esac
done
