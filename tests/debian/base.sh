# sourced: a small Debian of a suite with packages, in the user's cache. Its user has $work, and fail().
# shellcheck source=tests/lab/cache.sh
. tests/lab/cache.sh

unused_days=30

# What has not been used for so long goes. Nobody has it: each user of a suite holds its lock to its end.
unused_remove() {
	find "$cache_dir" -maxdepth 1 -type d -name "debian-$1-*" -mtime +$unused_days -exec rm -rf {} +
}

# fill_base FOLDER SUITE PACKAGES: by apt, as debootstrap knows no alternatives
fill_base() {
	debootstrap --variant=minbase "$2" "$1" || return
	cp /etc/resolv.conf "$1/etc/resolv.conf" || return
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d" || return
	# shellcheck disable=SC2086 # package names, one word each
	chroot "$1" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 \
		apt-get -q -y install --no-install-recommends ${3//,/ } || return
	rm "$1/usr/sbin/policy-rc.d" && chroot "$1" apt-get clean
}

# make_base SUITE PACKAGES: $base. Another list is another Debian.
make_base() {
	base=$cache_dir/debian-$1-$(printf %s "apt:$2" | sha256sum | cut -c1-8)
	cache_lock "debian-$1"
	if [ ! -d "$base" ]; then
		echo "${0##*/}: making a Debian $1 in $base"
		rm -rf "$base.part"
		fill_base "$base.part" "$1" "$2" >"$work/log" 2>&1 || fail "no Debian $1: $(tail -5 "$work/log")"
		mv "$base.part" "$base"
	fi
	touch "$base"
	unused_remove "$1"
}
