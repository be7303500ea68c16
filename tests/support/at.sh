#!/bin/sh
# at.sh DATE COMMAND...: runs it as if it were that moment ("2027-03-22 12:00",
# as date(1) reads it). The library alone: the command faketime keeps semaphores
# named by process ids, and trips over those of processes that were killed.
set -eu
now=$(date +%s)
then=$(date -d "$1" +%s)
shift
for library in /usr/lib/*/faketime/libfaketime.so.1; do
    if [ -e "$library" ]; then
        LD_PRELOAD=$library FAKETIME=$(printf '%+d' $((then - now)))
        NO_FAKE_STAT=1 FAKETIME_DISABLE_SHM=1
        export LD_PRELOAD FAKETIME NO_FAKE_STAT FAKETIME_DISABLE_SHM
        exec "$@"
    fi
done
echo "at.sh: no libfaketime here" >&2
exit 125
