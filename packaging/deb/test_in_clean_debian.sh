#!/usr/bin/env bash
# Install the package in a bare Debian 12 by one apt-get, work with it as a user, remove it, and look at what is left.
# usage: test_in_clean_debian.sh PACKAGE.deb [FOLDER]
#
# Needs root, debootstrap and a registry of Debian's: the one that this machine's apt uses. FOLDER (build/clean-debian by
# default) gets the pictures of the tour, what each step said, and the list of what was left behind. The tree itself is
# kept in FOLDER/base.tar for the next time, and removed otherwise.
set -euo pipefail

package=$(realpath "${1:?which package?}")
folder=$(realpath -m "${2:-build/clean-debian}")
[ "$(id -u)" -eq 0 ] || { echo "This needs root: it makes a Debian of its own and changes into it." >&2; exit 1; }
if [ "${INSIDE_OWN_MOUNTS:-}" != yes ]; then
    # what is mounted for the tree is gone with this process, however it ends
    INSIDE_OWN_MOUNTS=yes exec unshare --mount --propagation private "$0" "$package" "$folder"
fi

mkdir -p "$folder"
base=$folder/base.tar
tree=$(mktemp -d /var/tmp/clean-debian.XXXXXX)
trap 'umount -R "$tree/proc" "$tree/dev" 2>/dev/null || true; rm -rf --one-file-system "$tree"' EXIT
rm -rf "$folder/tour" "$folder"/*.txt
began=$SECONDS
step() { printf '%4d s  %s\n' "$((SECONDS - began))" "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

# What this machine knows of Debian's registry: its first address for bookworm, and how to get there.
registry() {
    {
        sed -n 's/^URIs: *\(\S*\).*/\1/p' /etc/apt/sources.list.d/debian.sources 2>/dev/null
        awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; break } }' /etc/apt/sources.list 2>/dev/null
    } | grep -v security | head -n 1
}

if [ ! -f "$base" ]; then
    step "a bare Debian 12 is made"
    debootstrap --variant=minbase bookworm "$tree" "$(registry)" >"$folder/debootstrap.txt" 2>&1 ||
        { tail "$folder/debootstrap.txt" >&2; fail "debootstrap"; }
    rm -rf "$tree"/var/cache/apt/archives/*.deb
    tar -C "$tree" --one-file-system -cf "$base.new" .
    mv "$base.new" "$base"
else
    tar -C "$tree" -xf "$base"
fi

# its root is that of a temporary folder: others have to be able to enter it, too
chmod 755 "$tree"

# apt as it is set up here, for Debian's own packages only
rm -f "$tree/etc/apt/sources.list"
cp /etc/apt/sources.list.d/debian.sources "$tree/etc/apt/sources.list.d/" 2>/dev/null ||
    cp /etc/apt/sources.list "$tree/etc/apt/sources.list"
cp -r /etc/apt/apt.conf.d /etc/apt/trusted.gpg.d "$tree/etc/apt/"
for keys in /etc/apt/keyrings /etc/ssl/certs /usr/share/ca-certificates /usr/local/share/ca-certificates; do
    [ -d "$keys" ] && mkdir -p "$tree$keys" && cp -r "$keys/." "$tree$keys/"
done
cp -L /etc/resolv.conf /etc/hosts "$tree/etc/" 2>/dev/null || true
# no service is to be started by what is installed
printf '#!/bin/sh\nexit 101\n' >"$tree/usr/sbin/policy-rc.d"
chmod 755 "$tree/usr/sbin/policy-rc.d"
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"

in_tree() { chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy=$http_proxy} ${https_proxy:+https_proxy=$https_proxy} "$@"; }
# a person at a desktop without a screen, as far as Qt is concerned
as_user() { chroot --userspec=agent "$tree" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/home/agent LANG=C.UTF-8 \
    QT_QPA_PLATFORM=offscreen "$@"; }

in_tree apt-get update -q >"$folder/update.txt" 2>&1 || { tail "$folder/update.txt" >&2; fail "apt-get update"; }
# apt recommends it itself, and so keeps it whoever brought it: a Debian that was not made by debootstrap has it
in_tree apt-get install -q -y ca-certificates >>"$folder/update.txt" 2>&1 || { tail "$folder/update.txt" >&2; fail "ca-certificates"; }
in_tree useradd --create-home --shell /bin/sh agent
files() { (cd "$tree" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./sys -o -path ./tmp \) -prune -o -print | LC_ALL=C sort); }
files >"$folder/before.txt"
in_tree dpkg-query -W -f '${Package}\n' | LC_ALL=C sort >"$folder/packages-before.txt"

cp "$package" "$tree/tmp/agentconsole.deb"
chmod 644 "$tree/tmp/agentconsole.deb"
step "installed by one apt-get install (with what is recommended, fonts for the world's scripts among it)"
in_tree apt-get install -q -y /tmp/agentconsole.deb >"$folder/install.txt" 2>&1 ||
    { tail "$folder/install.txt" >&2; fail "apt-get install"; }
in_tree dpkg-query -W -f '${Package}\n' | LC_ALL=C sort >"$folder/packages-after.txt"

step "nothing that it is linked with is missing"
in_tree find /usr/lib/agentconsole -type f -name '*.so*' -exec ldd {} + 2>&1 | grep 'not found' && fail "libraries are missing"

step "it says its version, its manual page and menu entry are there"
as_user agentconsole --version
in_tree test -s /usr/share/man/man1/agentconsole.1.gz || in_tree grep -rq '/usr/share/man' /etc/dpkg/dpkg.cfg.d ||
    fail "no manual page"
grep -q '^x-scheme-handler/support=agentconsole.desktop' "$tree/usr/share/applications/mimeinfo.cache" ||
    fail "support: addresses are not known to the desktop"

step "doctor"
as_user agentconsole doctor | tee "$folder/doctor.txt"
grep -q '^ERROR' "$folder/doctor.txt" && fail "doctor found errors"

step "agentconsole demo --tour"
as_user agentconsole demo --tour /home/agent/tour >"$folder/tour.txt" 2>"$folder/tour-errors.txt" ||
    { cat "$folder/tour-errors.txt" >&2; fail "the tour"; }
[ -s "$folder/tour-errors.txt" ] && { cat "$folder/tour-errors.txt" >&2; fail "the tour complained"; }
mkdir "$folder/tour"
cp "$tree"/home/agent/tour/*.png "$folder/tour/"
step "  $(find "$folder/tour" -name '*.png' | wc -l) pictures in $folder/tour"

step "sync with a ticket server of its own, and a reply sent"
as_user sh -eu -c '
    agentconsole serve --home /home/agent/server --port 0 --demo --tickets 300 --seed 3 \
        --token mira.halvorsen@support.example=a-token-for-this-test >/home/agent/serving 2>&1 &
    server=$!
    trap "kill $server; wait $server || true" EXIT
    until url=$(sed -n "s/^serving //p" /home/agent/serving) && [ -n "$url" ]; do
        kill -0 $server || { cat /home/agent/serving; exit 1; }
        sleep 0.2
    done
    # a bare computer has no keychain
    export DESK_TOKEN=a-token-for-this-test AGENTCONSOLE_NEW_PASSPHRASE="a passphrase for this test"
    agentconsole passphrase set
    export AGENTCONSOLE_PASSPHRASE="$AGENTCONSOLE_NEW_PASSPHRASE"
    unset AGENTCONSOLE_NEW_PASSPHRASE
    agentconsole profile add desk --kind agentconsole --url "$url" --email mira.halvorsen@support.example --token-env DESK_TOKEN
    agentconsole sync
    agentconsole tickets status:open --json >/home/agent/tickets.json
    ticket=$(grep -o "\"id\": *[0-9]*" /home/agent/tickets.json | head -n 1 | tr -dc 0-9)
    agentconsole reply "$ticket" --text "It is installed." --status pending
    agentconsole sync
    agentconsole show "$ticket" | grep "It is installed."
    agentconsole doctor
' >"$folder/sync.txt" 2>&1 || { tail -n 40 "$folder/sync.txt" >&2; fail "sync"; }
grep -qE '^(ERROR|warning)' "$folder/sync.txt" && { cat "$folder/sync.txt" >&2; fail "doctor is not content after the sync"; }

step "removed"
in_tree apt-get purge -q -y agentconsole >"$folder/remove.txt" 2>&1 || { tail "$folder/remove.txt" >&2; fail "apt-get purge"; }
[ -e "$tree/home/agent/.local/share/agentconsole/profiles.toml" ] ||
    find "$tree/home/agent" -name 'console*' | grep -q . || fail "the user's data are gone"
files >"$folder/after-purge.txt"
grep -i agentconsole "$folder/after-purge.txt" | grep -v '^\./home/agent/' >"$folder/left.txt" || true
[ -s "$folder/left.txt" ] && { cat "$folder/left.txt" >&2; fail "the package left something behind"; }
in_tree apt-get autoremove --purge -q -y >"$folder/autoremove.txt" 2>&1 || fail "apt-get autoremove"
in_tree dpkg-query -W -f '${Package}\n' | LC_ALL=C sort | LC_ALL=C comm -13 "$folder/packages-before.txt" - >"$folder/packages-left.txt"
[ -s "$folder/packages-left.txt" ] && { cat "$folder/packages-left.txt" >&2; fail "packages stayed that came with it"; }
# what other packages keep of themselves: apt's and dpkg's books, caches, users of services
files | LC_ALL=C comm -13 "$folder/before.txt" - | grep -v '^\./home/agent' >"$folder/left-by-others.txt" || true
step "done; $(wc -l <"$folder/left-by-others.txt") files of other packages stayed (see $folder/left-by-others.txt)"
