# firewalld as Debian installs it: its default zone for this network, a zone of their own for the clients, sources by rich rules and a set.
private /etc/firewalld
sed -i "s/^FirewallBackend=.*/FirewallBackend=${FIREWALL_BACKEND:-nftables}/" /etc/firewalld/firewalld.conf
mkdir -p /run/dbus
dbus-daemon --system --fork --nopidfile
firewall-offline-cmd -q --new-zone=viz-clients
firewall-offline-cmd -q --new-ipset=viz-allocators --type=hash:ip
firewall-offline-cmd -q --ipset=viz-allocators --add-entry=10.20.0.12
firewalld --nofork --nopid >/run/firewalld.log 2>&1 &
for _ in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.1; done
firewall-cmd --change-interface=eth0
firewall-cmd --zone=viz-clients --add-source=10.30.0.0/16
firewall-cmd --zone=viz-clients --add-source=fd00:30::/48
firewall-cmd --zone=viz-clients --add-port=102/tcp
firewall-cmd --zone=viz-clients --add-port=10100-10103/tcp
firewall-cmd --add-rich-rule='rule family="ipv4" source address="10.20.9.5" port port="103" protocol="tcp" accept'
firewall-cmd --add-rich-rule='rule family="ipv6" source address="fd00:20::9:5" port port="103" protocol="tcp" log prefix="viz " limit value="1/m" accept'
for port in 10100/udp 10200-10203/udp 10301-10304/tcp; do
  range="port port=\"${port%/*}\" protocol=\"${port#*/}\""
  firewall-cmd --add-rich-rule="rule family=\"ipv4\" source ipset=\"viz-allocators\" $range accept"
  firewall-cmd --add-rich-rule="rule family=\"ipv6\" source address=\"fd00:20::12\" $range accept"
done
