# Viz World's ports published by a container. DOCKER-USER keeps all but the clients from one of them.
. "$here/scenarios/docker-container.sh"
for tables in iptables ip6tables; do
  clients=10.30.0.0/16
  [ $tables = ip6tables ] && clients=fd00:30::/48
  $tables -N DOCKER-USER 2>/dev/null || true
  $tables -C FORWARD -j DOCKER-USER 2>/dev/null || $tables -I FORWARD -j DOCKER-USER
  $tables -I DOCKER-USER -i eth0 ! -s $clients -p tcp -m conntrack --ctorigdstport 102 -j DROP
done
