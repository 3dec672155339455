# firewalld with FirewallBackend=iptables.
FIREWALL_BACKEND=iptables
. "$here/scenarios/firewalld.sh"
