# Runs after sandbox.sh, in namespaces of its own. HOME_OF_HOST has what is at hand, COMMANDS what to do, NOT_RUN the
# programs that are not run, each with the reason, PAGE settings to check.
at=$(copy_of_the_system)
ip link set lo up

own=$at/handbook
mkdir -p "$own/programs" "$at/home/host"
cp "$HOME_OF_HOST"/parley* "$at/home/host/"
cp "$COMMANDS" "$NOT_RUN" "$own/"
find "$PAGE" -name 'settings-*.toml' -exec cp {} "$own/" \;
# What these pages take for granted.
mkdir -p "$at/etc/caddy" "$at/etc/nginx/conf.d" "$at/etc/traefik"

put() {
    cat > "$own/programs/$1"
    chmod 755 "$own/programs/$1"
}
while IFS=$'\t' read -r program reason; do
    put "$program" <<END
#!/bin/bash
echo "    not run: $program (${reason//\"/})" >&2
END
done < "$NOT_RUN"

put sudo <<'END'
#!/bin/bash
if [ "$1" = --user ]; then
    user=$2
    shift 2
    exec setpriv --reuid "$user" --regid "$user" --init-groups "$@"
fi
exec "$@"
END
put apt <<'END'
#!/bin/bash
case $1 in
    install) exec dpkg --install "${@:2}" ;;
    remove | purge) exec dpkg "--$1" "${@:2}" ;;
esac
exit 1
END
put journalctl <<'END'
#!/bin/bash
cat /handbook/journal
END
put systemctl <<'END'
#!/bin/bash
unit=${*: -1}
unit=${unit%.service}
case "$*" in
    daemon-reload) exit ;;
    reload\ * | restart\ traefik)
        echo "    not run: the service $unit (the relay's own tests run it with this file)" >&2
        exit
        ;;
esac
[ "$unit" = parley-relay ] || exit 5
stop() {
    [ -f /handbook/pid ] || return 0
    kill -TERM "$(cat /handbook/pid)" 2> /dev/null
    for _ in {1..100}; do
        kill -0 "$(cat /handbook/pid)" 2> /dev/null || break
        sleep 0.1
    done
    rm /handbook/pid
}
start() {
    [ -f /handbook/pid ] && return 0
    local from
    from=$(wc -l < /handbook/journal)
    # shellcheck disable=SC2046
    setsid setpriv --reuid parley --regid parley --init-groups --no-new-privs \
        --inh-caps=-all,+net_bind_service --ambient-caps=-all,+net_bind_service \
        $(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/parley-relay.service) \
        >> /handbook/journal 2>&1 < /dev/null &
    echo $! > /handbook/pid
    for _ in {1..200}; do
        tail -n +$((from + 1)) /handbook/journal | grep -q '^Parley is at' && return 0
        kill -0 "$(cat /handbook/pid)" 2> /dev/null || break
        sleep 0.1
    done
    echo "the service does not start:"
    tail -n +$((from + 1)) /handbook/journal
    exit 1
}
case $1 in
    enable | start) start ;;
    restart) stop; start ;;
    disable | stop) stop ;;
    *) exit 1 ;;
esac
END
# Instead of the build: signs what was built.
put cargo <<'END'
#!/bin/bash
set -e
if [ -z "${PARLEY_SIGNING_KEY:-}" ]; then
    echo "    not run: cargo $* (all was built before)" >&2
    exit
fi
file=$(echo parley-*-offline.tar.gz)
folder=${file%.tar.gz}
tar --extract --file "$file"
(cd "$folder" && sha256sum -- * > ../SHA256SUMS && mv ../SHA256SUMS . \
    && ssh-keygen -Y sign -n parley-dist -f "$PARLEY_SIGNING_KEY" SHA256SUMS)
tar --create --gzip --file "$file" "$folder"
rm -r "$folder"
END
cat > "$own/begin" <<'END'
set -euo pipefail
shopt -s failglob
export PATH=/handbook/programs:$PATH HOME=/home/host
touch /handbook/journal
page() {
    echo "    page $1"
}
run_on() {
    "$@" > /handbook/output 2>&1 &
    local relay=$!
    for _ in {1..200}; do
        grep -q '^Create your community: http' /handbook/output && return 0
        kill -0 "$relay" 2> /dev/null || break
        sleep 0.1
    done
    cat /handbook/output
    exit 1
}
trap 'echo "it ended at: $BASH_COMMAND" >&2; tail -n 5 /handbook/journal >&2' ERR
END
in_copy bash -c 'cat /handbook/begin /handbook/commands > /handbook/all; exec bash /handbook/all' > "$own/said" 2>&1 \
    || { cat "$own/said"; fail "the commands do not do what the page says"; }
grep -E '^    (page|not run)' "$own/said" || true

for settings in "$own"/settings-*.toml; do
    [ -e "$settings" ] || continue
    mkdir -p "$at/etc/parley"
    touch "$at/etc/parley/s3-secret"
    echo secret > "$at/etc/parley/s3-secret"
    in_copy /usr/bin/parley-relay check --config "/handbook/${settings##*/}" > "$own/said" 2>&1 \
        || { cat "$settings" "$own/said"; fail "these settings are refused"; }
    echo "    settings are as they should be"
done
