# Bans by every action of fail2ban's own, on a machine without other rules.
private /etc/fail2ban
mkdir -p /run/fail2ban /var/lib/fail2ban
mount -t tmpfs tmpfs /var/lib/fail2ban
rm -f /etc/fail2ban/jail.d/*
touch /var/log/watched
ban() {
  cat >>/etc/fail2ban/jail.local <<EOF
[$1]
enabled = true
backend = polling
filter = sshd
logpath = /var/log/watched
port = $3
banaction = $2
EOF
}
ban multiport iptables-multiport 102,103,10100:10103
ban allports iptables-allports 0:65535
ban ipset iptables-ipset-proto6 10301:10304
ban ipset-all iptables-ipset-proto6-allports 0:65535
ban nftables nftables-multiport 102,10100-10103
ban nftables-all nftables-allports 0-65535
fail2ban-server -b
for _ in $(seq 100); do fail2ban-client ping && break; sleep 0.1; done
number=-1
for jail in multiport allports ipset ipset-all nftables nftables-all; do
  number=$((number + 2))
  fail2ban-client set $jail banip 10.30.66.$number fd00:30::66:$number
done
for _ in $(seq 100); do nft list ruleset | grep -q 10.30.66.$number && break; sleep 0.1; done
sleep 0.5
