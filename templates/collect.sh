#!/bin/sh
# Collects what decides which packets reach this machine, as one JSON document on standard output, for
# "vwaudit audit FILE" and "vwaudit trace FILE". Written by "vwaudit collect --script sh"; for dash, bash and busybox sh.
#
# Reads only: the rules of nftables, iptables, ip6tables, arptables and ipset, whether XDP programs or filters of tc are
# there, addresses, ports of bridges, routes and routing rules, neighbours set by hand, policies of IPsec, listening sockets with their programs, and the kernel's settings for
# routing, ARP and bridges. No passwords, no keys, no traffic. Run it as root, since only root may read rules:
#
#   sudo sh collect.sh > machine.json
#
# A command that does not end within 60 seconds is stopped where the system has timeout (VWAUDIT_SECONDS sets another
# limit); the file and standard error then say so.

set -u
export LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin

if [ "$(id -u)" != 0 ]; then
  echo 'collect.sh: only root may read the rules; run it with sudo' >&2
  exit 2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/vwaudit.XXXXXX") || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# A sed script that escapes a line for a JSON string.
escape='s/\\/\\\\/g;s/"/\\"/g'
escape=$escape$(awk 'BEGIN { for (code = 1; code < 32; code++) if (code != 10) printf ";s/%c/\\\\u%04x/g", code, code }') || exit 2

# json_string FILE: its text as a JSON string, without bytes that are 0.
json_string() {
  printf '"'
  [ ! -s "$1" ] || tr -d '\000' < "$1" | sed "$escape;s/\$/\\\\n/" | tr -d '\n'
  printf '"'
}

# json_word TEXT: the same for one line.
json_word() {
  printf '"%s"' "$(printf '%s' "$1" | tr '\n' ' ' | sed "$escape")"
}

seconds=${VWAUDIT_SECONDS:-60}
limit=''
if timeout -k 1 9 true 2> /dev/null; then
  limit="timeout -k 5 $seconds"
elif timeout 9 true 2> /dev/null; then
  limit="timeout $seconds"
fi

separator=''
# collect ID COMMAND...: one entry, with what the command printed.
collect() {
  id=$1
  shift
  # What this script prints itself is no program that timeout could start.
  case $1 in print_*) limited='' ;; *) limited=$limit ;; esac
  # shellcheck disable=SC2086 # words of the command before the command
  $limited "$@" > "$work/output" 2> "$work/errors"
  exit_code=$?
  case $limited:$exit_code in
    timeout*:124 | timeout*:137 | timeout*:143)
      echo "no answer within $seconds seconds" > "$work/errors"
      echo "collect.sh: $*: no answer within $seconds seconds" >&2
      ;;
  esac
  printf '%s\n    {\n      "id": "%s",\n      "command": ' "$separator" "$id"
  json_word "$*"
  printf ',\n      "exitCode": %s,\n      "output": ' "$exit_code"
  json_string "$work/output"
  printf ',\n      "errors": '
  json_string "$work/errors"
  printf '\n    }'
  separator=','
}

has() { command -v "$1" > /dev/null 2>&1; }

# shellcheck disable=SC2086 # words of the command before the command
is_nft_back_end() { $limit "$1" --version 2> /dev/null | grep -q nf_tables; }

# The rules that iptables keeps in nf_tables. iptables-save is either back end, as the distribution chose.
collect_iptables_nft() {
  if has "$1-nft-save"; then
    collect "$1-nft" "$1-nft-save"
  elif has "$1-save" && is_nft_back_end "$1-save"; then
    collect "$1-nft" "$1-save"
  fi
}

# The rules of the older back end; where it has no table, asking its tool would load one.
collect_iptables_legacy() {
  # Files of /proc have no size.
  [ -n "$(cat "/proc/net/$2" 2> /dev/null)" ] || return 0
  if has "$1-legacy-save"; then
    collect "$1-legacy" "$1-legacy-save"
  elif has "$1-save" && ! is_nft_back_end "$1-save"; then
    collect "$1-legacy" "$1-save"
  else
    collect "$1-legacy" "$1-legacy-save"
  fi
}

print_settings() {
  for setting in \
    net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/ipv6/bindv6only net/ipv4/ip_local_port_range net/ipv4/ip_default_ttl \
    net/bridge/bridge-nf-call-iptables net/bridge/bridge-nf-call-ip6tables net/bridge/bridge-nf-call-arptables; do
    [ -r "/proc/sys/$setting" ] || continue
    printf '%s = %s\n' "$setting" "$(cat "/proc/sys/$setting")"
  done
  for file in /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv4/conf/*/forwarding \
    /proc/sys/net/ipv4/conf/*/arp_ignore /proc/sys/net/ipv6/conf/*/forwarding \
    /proc/sys/net/ipv6/conf/*/force_forwarding /proc/sys/net/ipv6/conf/*/disable_ipv6 \
    /proc/sys/net/ipv6/conf/*/hop_limit; do
    [ -r "$file" ] || continue
    printf '%s = %s\n' "${file#/proc/sys/}" "$(cat "$file")"
  done
}

# The filters of tc, which may drop packets before any rule sees them.
print_filters() {
  has tc || { echo 'tc is not installed' >&2; return 127; }
  # shellcheck disable=SC2086 # words of the command before the command
  $limit tc qdisc show > "$work/qdiscs" || return
  while read -r _ kind _ _ device _; do
    case $kind in clsact | ingress) ;; *) continue ;; esac
    for way in ingress egress; do
      printf 'dev %s %s\n' "$device" "$way"
      # shellcheck disable=SC2086 # words of the command before the command
      $limit tc filter show dev "$device" "$way" 2> /dev/null
    done
  done < "$work/qdiscs"
  return 0
}

# The bridges, their ports, and what keeps frames from getting from one port to another: state, isolation, flooding and VLANs.
print_bridges() {
  for bridge in /sys/class/net/*/bridge; do
    [ -d "$bridge" ] || continue
    name=${bridge%/bridge}
    printf 'bridge %s\n' "${name##*/}"
    [ -r "$bridge/vlan_filtering" ] || continue
    printf 'bridge %s vlan_filtering %s\n' "${name##*/}" "$(cat "$bridge/vlan_filtering")"
  done
  for port in /sys/class/net/*/brport; do
    [ -d "$port" ] || continue
    name=${port%/brport}
    master=$(readlink "$port/bridge")
    for setting in state isolated unicast_flood; do
      [ -r "$port/$setting" ] || continue
      printf 'port %s %s %s %s\n' "${name##*/}" "${master##*/}" "$setting" "$(cat "$port/$setting")"
    done
  done
}

print_versions() {
  uname -srm
  for tool in iptables nft ip ss ipset; do
    has "$tool" || continue
    # shellcheck disable=SC2086 # words of the command before the command
    case $tool in ip | ss) $limit "$tool" -V ;; *) $limit "$tool" --version ;; esac 2>&1 | head -n 1
  done
}

printf '{\n  "schemaVersion": 1,\n  "kind": "machine",\n  "platform": "linux",\n  "collectedAt": "%s",\n  "host": ' \
  "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
json_word "$(uname -n)"
printf ',\n  "commands": ['
collect_iptables_nft iptables
collect_iptables_nft ip6tables
collect_iptables_legacy iptables ip_tables_names
collect_iptables_legacy ip6tables ip6_tables_names
collect_iptables_legacy arptables arp_tables_names
if [ -d /sys/module/ip_set ] && has ipset; then collect ipset ipset save; fi
if has nft; then
  collect nft nft list ruleset
  collect nft-json nft -j list ruleset
fi
collect addresses ip -j address show
collect routes-4 ip -j -4 route show table all
collect routes-6 ip -j -6 route show table all
collect rules-4 ip -j -4 rule show
collect rules-6 ip -j -6 rule show
collect filters print_filters
collect bridges print_bridges
if has bridge; then collect fdb bridge -j fdb show; fi
collect neighbours ip -j neigh show nud permanent nud noarp
collect ipsec ip xfrm policy
collect ipsec-default ip xfrm policy getdefault
collect listeners ss -H -l -n -t -u -p
collect settings print_settings
collect versions print_versions
printf '\n  ]\n}\n'
