#!/bin/bash
# Runs every test and counts: unit tests (cmocka, one count a test), shell tests
# (one count a line they print), drive scripts (one a script). Ends with
# "N passed, N failed"; exit status 1 when any failed.
#
# A shell test prints TAP lines: "ok …", "not ok …", or "ok … # skip why".
set -u
build=$1
export BUILD=$build
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SDL_VIDEODRIVER=dummy SDL_FRAMEBUFFER_ACCELERATION=0
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0}
export LSAN_OPTIONS=suppressions=tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1
passed=0 failed=0 skipped=0

# count NAME STATUS OUTPUT: adds up the TAP lines of one test program.
count() {
    local ok bad skip
    skip=$(grep -cE '^ok .*# skip' "$3")
    ok=$(($(grep -cE '^ok ' "$3") - skip))
    bad=$(grep -cE '^not ok ' "$3")
    # A program that died, or failed without saying so, is a failure too.
    if [ "$2" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$ok" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$skip" -eq 0 ]; then bad=1; fi
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
    grep -E '^ok .*# skip' "$3" | sed "s|^|     $1: |"
    if [ "$bad" -gt 0 ]; then
        echo "FAIL $1 ($bad failed, exit $2)"
        tail -n 60 "$3" | sed 's/^/     /'
    else
        echo "ok   $1 ($ok)"
    fi
}

for test in "$build"/tests/test_*; do
    [ -x "$test" ] || continue
    case $test in *.o | *.d) continue ;; esac
    name=${test##*/}
    CMOCKA_MESSAGE_OUTPUT=TAP timeout 600 "$test" >"$work/$name" 2>&1
    status=$?
    # cmocka 1.1 writes a skipped test as a failed one.
    sed -i -E 's/^not ok ([0-9]+) # SKIP (.*)/ok \1 - \2 # skip/' "$work/$name"
    count "unit/$name" $status "$work/$name"
done

for test in tests/*.sh tests/screens/*.sh tests/faults/*.sh; do
    [ "$test" = tests/run.sh ] && continue
    [ -e "$test" ] || continue
    name=$(echo "${test#tests/}" | tr / -)
    timeout 900 bash "$test" "$build" >"$work/$name" 2>&1
    count "${test#tests/}" $? "$work/$name"
done

[ "$skipped" -gt 0 ] && echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
