# ufw as Debian installs it, enabled, with what Viz World needs.
private /etc/ufw
private /etc/default
. "$here/scenarios/ufw-viz-world.sh"
ufw limit 22/tcp
ufw --force enable
