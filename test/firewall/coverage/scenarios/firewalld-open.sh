# firewalld with ports opened the short way, for everybody, and with everything refused being logged.
private /etc/firewalld
mkdir -p /run/dbus
dbus-daemon --system --fork --nopidfile
firewalld --nofork --nopid >/run/firewalld.log 2>&1 &
for _ in $(seq 100); do firewall-cmd --state >/dev/null 2>&1 && break; sleep 0.1; done
firewall-cmd --set-log-denied=all
for port in 102-103/tcp 10100-10103/tcp 10301-10304/tcp 10100/udp 10200-10203/udp; do firewall-cmd --add-port=$port; done
