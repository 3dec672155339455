# Rules of a host for its clients, its configuration tool and another machine's allocator.
ufw allow from 10.30.0.0/16 to any port 102,10100:10103 proto tcp comment 'Viz World clients'
ufw allow from fd00:30::/48 to any port 102,10100:10103 proto tcp
ufw allow from 10.20.9.5 to any port 103 proto tcp
ufw allow from fd00:20::9:5 to any port 103 proto tcp
ufw allow from 10.20.0.12 to any port 10301:10304 proto tcp
ufw allow from 10.20.0.12 to any port 10100,10200:10203 proto udp
ufw allow from fd00:20::12 to any port 10301:10304 proto tcp
ufw allow from fd00:20::12 to any port 10100,10200:10203 proto udp
