# Our own rules for nft, loaded by nft.
own_rules --format nft | nft -f -
