#!/bin/sh
# build-kernel.sh OUT: builds OUT from Debian's linux-source-6.1 (packages: linux-source-6.1 flex bison bc gcc make xz-utils)
set -e
here=$(dirname "$(readlink -f "$0")"); out=$(readlink -f "$(dirname "$1")")/$(basename "$1")
src=${LINUX_TAR:-/usr/src/linux-source-6.1.tar.xz}
w=$(mktemp -d "${out}.XXXXXX"); trap 'rm -rf "$w"' EXIT
tar -xf "$src" -C "$w" --strip-components=1 \
  --exclude='*/Documentation/*.[rtys]*' --exclude='*/tools/testing/*' --exclude='*/tools/perf/*' \
  --exclude='*.dts*' --exclude='*/drivers/gpu/*.[chS]' --exclude='*/drivers/net/*/*.[ch]' \
  --exclude='*/drivers/media/*.[ch]' --exclude='*/drivers/infiniband/*.[ch]' --exclude='*/drivers/scsi/*.[ch]' \
  --exclude='*/drivers/staging/*.[ch]' --exclude='*/sound/*.[ch]'
cd "$w"
# 1. UML reserves all of its 64 interrupt numbers: leave 64 more for gpio-sim's lines
sed -i 's/^\(#define NR_IRQS\t*\)UM_LAST_SIGNAL_IRQ$/\1(UM_LAST_SIGNAL_IRQ + 64)/' arch/um/include/asm/irq.h
# 2. deliver a simulated edge at once, not at the next 10 ms tick (which also merges edges)
sed -i -e 's/^#include <linux\/irq_sim.h>/&\n#include <linux\/irq_work.h>/' \
  -e '0,/^\treturn 0;$/s//\tlocal_irq_disable();\n\tirq_work_run();\n\tlocal_irq_enable();\n\treturn 0;/' drivers/gpio/gpio-sim.c
grep -q 'UM_LAST_SIGNAL_IRQ + 64)' arch/um/include/asm/irq.h
[ "$(grep -c irq_work drivers/gpio/gpio-sim.c)" = 2 ]
# 3. UML gives the processor's registers 2,696 bytes; a host with AMX needs 11,008 (else "ptrace set fp regs failed").
#    They also lie on kernel stacks, hence KERNEL_STACK_ORDER.
sed -i 's/DEFINE_LONGS(HOST_FP_SIZE, 2696);/DEFINE_LONGS(HOST_FP_SIZE, 16384);/' arch/x86/um/user-offsets.c
grep -q 'HOST_FP_SIZE, 16384' arch/x86/um/user-offsets.c
make -s ARCH=um KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
for o in $(sed -n 's/^\(CONFIG_[A-Z0-9_]*=\).*/\1/p' "$here/kernel.config"); do grep -q "^$o" .config || { echo "option lost: $o" >&2; exit 1; }; done
make -s ARCH=um -j"${JOBS:-$(nproc)}" linux
du -sh . >&2
strip -o "$out.tmp" linux && mv "$out.tmp" "$out"
