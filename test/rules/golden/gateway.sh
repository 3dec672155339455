#!/bin/sh
#
# Who may connect to the Viz World ports behind this gateway, site: Maps, newsroom
# Made by vwaudit. For iptables and ip6tables alike, whether legacy or nft.
#
#   load     sh vwaudit-iptables.sh      (again and again: the chain is replaced as a whole)
#   remove   for t in iptables ip6tables; do $t -w -D FORWARD -j VWAUDIT; $t -w -F VWAUDIT; $t -w -X VWAUDIT; done
#
# Nobody said who these are, so it is assumed:
#   allocator: only hosts of the site (widen it, for example with --allow allocator=10.20.0.12)
#   server: only hosts of the site (widen it, for example with --allow server=10.20.0.12)
#
# Good to know:
#   the rules come first in FORWARD and last until the next restart: to keep them, start the script at boot or run netfilter-persistent save
#   on a machine with both back ends of iptables, an argument says which one loads them: legacy or nft (iptables-legacy or iptables-nft, which then also removes them)
#   an nftables table beside iptables can still drop what these rules accept: check with nft list ruleset
#   replies of the hosts pass through FORWARD too: it must accept state ESTABLISHED
#
# Everything stands in one chain, VWAUDIT, which FORWARD calls first. A packet to another port than Viz World's passes it
# untouched and meets the rules there were before.

set -eu
back_end=${1:+-$1}

iptables_rules() {
	cat <<'END_OF_RULES'
*filter
:VWAUDIT - [0:0]
# Who may connect.
-A VWAUDIT -s 10.30.0.0/16 -d 10.20.0.11 -p tcp -m multiport --dports 102,10100:10103 -m comment --comment "client connections from client" -j ACCEPT
-A VWAUDIT -s 10.20.9.5 -d 10.20.0.11 -p tcp -m multiport --dports 103 -m comment --comment "configuration from config-tool" -j ACCEPT
-A VWAUDIT -s 10.20.9.5 -d 10.20.0.12 -p tcp -m multiport --dports 103 -m comment --comment "configuration from config-tool" -j ACCEPT
-A VWAUDIT -s 10.20.0.12 -d 10.20.0.11 -p udp -m multiport --dports 10100,10200:10203 -m comment --comment "internal from server" -j ACCEPT
-A VWAUDIT -s 10.30.0.0/16 -d 10.20.0.12 -p tcp -m multiport --dports 102,10101 -m comment --comment "client connections from client" -j ACCEPT
-A VWAUDIT -s 10.20.0.11 -d 10.20.0.12 -p tcp -m multiport --dports 10301:10302 -m comment --comment "HTTP from allocator" -j ACCEPT
-A VWAUDIT -s 10.20.0.11 -d 10.20.0.12 -p udp -m multiport --dports 10100,10200:10201 -m comment --comment "internal from allocator" -j ACCEPT
# Connections that conntrack knows go on, also answers to connections this side opened from one of the ports.
-A VWAUDIT -m conntrack --ctstate ESTABLISHED -j RETURN
# Everybody else, on every Viz World port.
-A VWAUDIT -d 10.20.0.11 -p tcp -m multiport --dports 102:103,10100:10103,10301:10304 -j REJECT --reject-with icmp-admin-prohibited
-A VWAUDIT -d 10.20.0.11 -p udp -m multiport --dports 10100,10200:10203 -j REJECT --reject-with icmp-admin-prohibited
-A VWAUDIT -d 10.20.0.12 -p tcp -m multiport --dports 102:103,10101,10301:10302 -j REJECT --reject-with icmp-admin-prohibited
-A VWAUDIT -d 10.20.0.12 -p udp -m multiport --dports 10100,10200:10201 -j REJECT --reject-with icmp-admin-prohibited
END_OF_RULES
}

ip6tables_rules() {
	cat <<'END_OF_RULES'
*filter
:VWAUDIT - [0:0]
# Who may connect.
-A VWAUDIT -s fd00:30::/48 -d fd00:20::11 -p tcp -m multiport --dports 102,10100:10103 -m comment --comment "client connections from client" -j ACCEPT
# Connections that conntrack knows go on, also answers to connections this side opened from one of the ports.
-A VWAUDIT -m conntrack --ctstate ESTABLISHED -j RETURN
# Everybody else, on every Viz World port.
-A VWAUDIT -d fd00:20::11 -p tcp -m multiport --dports 102:103,10100:10103,10301:10304 -j REJECT --reject-with icmp6-adm-prohibited
-A VWAUDIT -d fd00:20::11 -p udp -m multiport --dports 10100,10200:10203 -j REJECT --reject-with icmp6-adm-prohibited
END_OF_RULES
}

# Called first: wherever FORWARD called it before, it no longer does. All in one transaction, so there is no moment without it.
transaction() {
	"${1}_rules"
	"$1$back_end" --wait --list-rules FORWARD | sed -n 's/^-A FORWARD -j VWAUDIT$/-D FORWARD -j VWAUDIT/p'
	echo '-I FORWARD 1 -j VWAUDIT'
	echo COMMIT
}

# Both are tried before either is loaded. A machine without IPv6 has nothing to load for it. Written down first: the jumps are
# listed before the tool that loads holds the lock.
families=iptables
if [ -e /proc/net/if_inet6 ]; then families='iptables ip6tables'; fi
for tool in $families; do
	rules=$(transaction "$tool")
	printf '%s\n' "$rules" | "$tool$back_end-restore" --wait --noflush --test
done
for tool in $families; do
	rules=$(transaction "$tool")
	printf '%s\n' "$rules" | "$tool$back_end-restore" --wait --noflush
done
