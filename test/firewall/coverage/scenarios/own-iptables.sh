# Our own rules for iptables, loaded by their own script.
own_rules --format iptables | sh
