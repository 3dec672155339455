# Our own rules for iptables on a router in front of the host.
own_rules --format iptables --placement gateway | sh
