# Runs after sandbox.sh, in namespaces of its own. PACKAGE is the Debian package, RELAY the program in it.
at=$(copy_of_the_system)
cp "$PACKAGE" "$at/tmp/parley.deb"
said=$(mktemp)

# It comes.
in_copy dpkg --install /tmp/parley.deb > "$said" || { cat "$said"; fail "it does not install"; }
grep -q 'Next: say the domain' "$said" || fail "it does not say what comes next"
cmp -s "$RELAY" "$at/usr/bin/parley-relay" || fail "the program is another one"
in_copy parley-relay --version > /dev/null || fail "the program does not start"
[ "$(in_copy stat -c '%a %U %G' /etc/parley/relay.toml)" = "640 root parley" ] || fail "the settings may be read by all"
[ "$(in_copy stat -c '%a %U %G' /var/lib/parley)" = "700 parley parley" ] || fail "the data may be read by all"
case $(in_copy getent passwd parley) in
    */nologin) ;;
    *) fail "somebody could log in as parley" ;;
esac
[ -z "$(in_copy find /usr/bin/parley-relay /usr/share/doc/parley-relay /usr/lib/systemd/system/parley-relay.service -perm /022 ! -type l)" ] \
    || fail "others could change it"
in_copy dpkg --verify parley-relay || fail "it is not what the package says"
[ -f "$at/usr/share/doc/parley-relay/operating/README.md" ] || fail "the handbook is missing"

# An upgrade keeps what was written into the settings, and the data.
echo '# own words' >> "$at/etc/parley/relay.toml"
in_copy install -o parley -g parley -m 600 /dev/null /var/lib/parley/parley.db
in_copy dpkg --install /tmp/parley.deb > /dev/null || fail "it does not upgrade"
grep -q '^# own words' "$at/etc/parley/relay.toml" || fail "an upgrade throws settings away"
[ "$(in_copy stat -c '%a' /etc/parley/relay.toml)" = 640 ] || fail "an upgrade opens the settings"

# It goes: settings stay until it is purged, the data stays until somebody deletes it.
in_copy dpkg --remove parley-relay > /dev/null || fail "it does not go"
[ ! -e "$at/usr/bin/parley-relay" ] || fail "the program stays"
[ -f "$at/etc/parley/relay.toml" ] || fail "the settings go too early"
in_copy dpkg --purge parley-relay > "$said" || fail "it cannot be purged"
[ ! -e "$at/etc/parley" ] || fail "the settings stay"
[ -f "$at/var/lib/parley/parley.db" ] || fail "the data is gone"
grep -q 'data is still in /var/lib/parley' "$said" || fail "nobody is told of the data"
