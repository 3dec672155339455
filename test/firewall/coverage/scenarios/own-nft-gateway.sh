# Our own rules for nft on a router in front of the host.
own_rules --format nft --placement gateway | nft -f -
