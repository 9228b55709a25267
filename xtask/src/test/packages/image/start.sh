# Runs in namespaces of its own. ROOT is the image's file system, START its environment and command, one word a line,
# HEALTH the words of its healthcheck, ACCOUNT its user and group, SETTINGS what somebody who starts it sets.
mapfile -t start < "$START"
mapfile -t health < "$HEALTH"
user=${ACCOUNT%:*} group=${ACCOUNT#*:}
ip link set lo up

# What a container engine puts in: the kernel's own files, and the volume. The rest is read-only.
mount --make-rprivate /
volume=$(mktemp -d)
chown "$user:$group" "$volume"
chmod 700 "$volume"
mkdir -p "$ROOT/proc" "$ROOT/dev"
mount --bind "$ROOT" "$ROOT"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=755 dev "$ROOT/dev"
for device in null urandom; do
    touch "$ROOT/dev/$device"
    mount --bind "/dev/$device" "$ROOT/dev/$device"
done
mount --bind "$volume" "$ROOT/data"
mount -o remount,bind,ro "$ROOT"

words=()
for word in "${start[@]}"; do
    case $word in
        [A-Z]*=*) words+=("$word") ;;
        *) command=${command:-$word} ;;
    esac
done
log=$(mktemp)
# Once the account is not root any more no capability is left, and none can be had back.
inside=(env --ignore-environment PATH="$PATH" "${words[@]}" $SETTINGS
    setpriv --no-new-privs --bounding-set=-all,+sys_chroot,+setuid,+setgid
    unshare --root "$ROOT" --wd / --setgid "$group" --setuid "$user")
"${inside[@]}" "$command" > "$log" 2>&1 &
relay=$!

fail() {
    echo "$1"
    cat "$log"
    exit 1
}
ask() {
    "${inside[@]}" "${health[@]}"
}

# Tries for ten seconds.
until_it() {
    for _ in {1..100}; do
        "$@" > /dev/null 2>&1 && return 0
        kill -0 "$relay" 2> /dev/null || fail "it ended"
        sleep 0.1
    done
    return 1
}

ask > /dev/null 2>&1 && fail "it is healthy before it listens"
until_it ask || fail "it is not healthy"
until_it grep setup "$log" || fail "it prints no set-up link"

# As nobody, with no capability, no new ones, and nothing to write to but its volume.
grep -q "^Uid:\s$user\s$user\s$user\s$user$" "/proc/$relay/status" || fail "it runs as somebody else"
for set in CapInh CapPrm CapEff CapAmb; do
    grep -q "^$set:\s0000000000000000$" "/proc/$relay/status" || fail "it has capabilities: $set"
done
grep -q "^NoNewPrivs:\s1$" "/proc/$relay/status" || fail "it may get privileges"
[ -f "$volume/parley.db" ] || fail "its database is not in the volume: $(ls -A "$volume")"
touch "$ROOT/written" 2> /dev/null && fail "its root can be written to"

# As an engine stops it.
kill -TERM "$relay"
for _ in {1..100}; do
    kill -0 "$relay" 2> /dev/null || break
    sleep 0.1
done
kill -0 "$relay" 2> /dev/null && fail "it does not stop"
wait "$relay" || fail "it ends badly"
