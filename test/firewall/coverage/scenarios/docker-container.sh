mkdir -p /var/lib/docker
mount -t tmpfs tmpfs /var/lib/docker
dockerd --storage-driver=vfs --ipv6 --fixed-cidr-v6=fd00:dc::/64 --experimental --ip6tables >/run/docker.log 2>&1 &
for _ in $(seq 100); do docker info >/dev/null 2>&1 && break; sleep 0.1; done
# An image of one program that does nothing.
# shellcheck disable=SC2046
tar -C / -ch bin/sleep $(ldd /bin/sleep | grep -o '/lib[^ ]*' | sed 's,^/,,') | docker import - nap
docker run -d -p 102-103:102-103 -p 10100-10103:10100-10103 -p 10301-10304:10301-10304 \
  -p 10100:10100/udp -p 10200-10203:10200-10203/udp nap /bin/sleep 600
