# commands.sh - what shell tests of commands share. Sourced in a work folder, with
# `here` the project's folder; what a command says is in the file log.

status=0

say() { # say NAME STATUS
    if [ "$2" -eq 0 ]; then echo "ok $1"; else echo "not ok $1"; sed 's/^/# /' log; status=1; fi
}

# expect NAME STATUS WORDS COMMAND...: exit status, and WORDS in what is said.
expect() {
    local name=$1 want=$2 words=$3
    shift 3
    "$@" >log 2>&1
    local got=$?
    [ $got -eq "$want" ] && grep -qF -- "$words" log
    local fine=$?
    [ $fine -eq 0 ] || echo "exit $got, wanted $want: $words" >>log
    say "$name" $fine
}

at() { # at DATE COMMAND...: at noon of that day
    local date=$1
    shift
    "$here/tests/support/at.sh" "$date 12:00:00" "$@"
}
