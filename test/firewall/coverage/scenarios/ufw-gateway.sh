# ufw on a router in front of the host: routed traffic is refused unless a rule lets it through.
private /etc/ufw
private /etc/default
ufw default deny routed
ufw route allow in on eth0 from 10.30.0.0/16 to 10.20.0.11 port 102,10100:10103 proto tcp
ufw route allow from fd00:30::/48 to fd00:20::11 port 102,10100:10103 proto tcp
ufw route allow from 10.20.9.5 to 10.20.0.11 port 103 proto tcp
ufw --force enable
