# The same, logging everything, refusing politely, and with a limit on one port of ours.
private /etc/ufw
private /etc/default
ufw default reject incoming
ufw limit from 10.30.0.0/16 to any port 102 proto tcp
. "$here/scenarios/ufw-viz-world.sh"
ufw deny from 10.66.0.0/16
ufw logging full
ufw --force enable
