# The same with DEFAULT_FORWARD_POLICY="ACCEPT": everything is routed but what a rule refuses.
private /etc/ufw
private /etc/default
ufw default allow routed
ufw route reject from 10.66.0.0/16 to any
ufw --force enable
