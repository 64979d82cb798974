#!/usr/bin/env bash
# Install the Debian packages that a purpose needs and that are missing; when not root, print the line to run.
# usage: system_packages.sh install PYTHON | run | test | rt | browser | package
set -euo pipefail
purpose=$1

# Qt's own needs, found one missing library at a time on a bare Debian 12; its form compiler has them too
qt=(libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0)
# for a window on a display, which may come later than this install
qt+=(libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0)
# the scripts that Inter lacks
fonts=(fonts-noto-core fonts-noto-cjk)

case $purpose in
install)
    python=${2:?which Python?}
    "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
        echo "agentconsole needs Python 3.11, 3.12 or 3.13; $python is $("$python" --version). Try: make PYTHON=python3.11 ..." >&2
        exit 1
    }
    wanted=("${qt[@]}")
    "$python" -c 'import ensurepip, venv' 2>/dev/null || wanted+=(python3-venv)
    ;;
run)
    wanted=("${fonts[@]}")
    ;;
package)
    # strip, Debian's own tools for packages and for what desktops read, and a bare Debian to try them in
    wanted=(binutils dpkg-dev debootstrap appstream desktop-file-utils)
    # Debian's Python has itself as a library, which is what is packed, in a package of its own
    python=$(readlink -f .venv/bin/python || true)
    [[ $python != /usr/bin/* ]] || wanted+=("lib$(basename "$python")")
    ;;
test)
    wanted=("${fonts[@]}" postgresql dbus-daemon gnome-keyring)
    ;;
rt)
    # a Request Tracker for the tests of its connector: without Apache, and without questions about its database
    wanted=(request-tracker5 rt5-standalone rt5-db-postgresql starman dbconfig-no-thanks postgresql)
    ;;
browser)
    # what RT's own web pages are timed in
    wanted=(chromium)
    ;;
*)
    echo "usage: $0 install PYTHON | run | test | rt | browser | package" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null; then
    [ ${#wanted[@]} -eq 0 ] || echo "This is not a Debian system; if Qt does not start, install what Debian calls: ${wanted[*]}" >&2
    exit 0
fi

missing=()
for package in "${wanted[@]}"; do
    # a package may be provided under a transitional name (libglib2.0-0t64 on newer systems)
    states=$(dpkg-query -W -f '${db:Status-Status}\n' "$package" "${package}t64" 2>/dev/null || true)
    grep -qx installed <<<"$states" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "Some system packages are missing. Run this once, then the same make command again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}" >&2
    exit 1
fi
echo "Installing system packages: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The packages could not be installed; the full log is in $log" >&2
    exit 1
fi
rm -f "$log"
