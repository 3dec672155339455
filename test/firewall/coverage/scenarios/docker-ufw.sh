# ufw lets nobody in, and Docker publishes the ports all the same.
private /etc/ufw
private /etc/default
ufw --force enable
. "$here/scenarios/docker-container.sh"
