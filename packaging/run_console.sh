#!/usr/bin/env bash
# `make run`: the console on the embedded server with the demo world; without a display, the same run as pictures.
set -euo pipefail
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname -s)" = Darwin ]; then
    exec .venv/bin/agentconsole demo
fi
echo "There is no display here: running offscreen and saving a picture of every pane to build/tour/"
export QT_QPA_PLATFORM=offscreen
exec .venv/bin/agentconsole demo --tour build/tour
