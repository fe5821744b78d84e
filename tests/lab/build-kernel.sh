#!/bin/sh
# build-kernel.sh OUT: builds OUT from Debian's linux-source-6.12 (packages: linux-source-6.12 flex bison bc gcc make patch xz-utils)
set -e
here=$(dirname "$(readlink -f "$0")"); out=$(readlink -f "$(dirname "$1")")/$(basename "$1")
src=${LINUX_TAR:-/usr/src/linux-source-6.12.tar.xz}
w=$(mktemp -d "${out}.XXXXXX"); trap 'rm -rf "$w"' EXIT
tar -xf "$src" -C "$w" --strip-components=1 \
  --exclude='*/Documentation/*.[rtys]*' --exclude='*/tools/testing/*' --exclude='*/tools/perf/*' \
  --exclude='*.dts*' --exclude='*/drivers/gpu/*.[chS]' --exclude='*/drivers/net/*/*.[ch]' \
  --exclude='*/drivers/media/*.[ch]' --exclude='*/drivers/infiniband/*.[ch]' --exclude='*/drivers/scsi/*.[ch]' \
  --exclude='*/drivers/staging/*.[ch]' --exclude='*/sound/*.[ch]'
cd "$w"
patch -s -p1 <"$here/kernel.patch"
make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
for o in $(sed -n 's/^\(CONFIG_[A-Z0-9_]*=\).*/\1/p' "$here/kernel.config"); do grep -q "^$o" .config || { echo "option lost: $o" >&2; exit 1; }; done
make -s ARCH=um -j"${JOBS:-$(nproc)}" linux
du -sh . >&2
strip -o "$out.tmp" linux && mv "$out.tmp" "$out"
