#!/bin/sh
# Writes into the built service worker which page it belongs to. A browser takes a service worker for new only when its
# bytes differ, and tells an open page "a new version is ready" only then.
set -eu
cd "${TRUNK_STAGING_DIR:-$1}"
printf '\n// page %s\n' "$(cksum < index.html | tr ' ' '-')" >> sw.js
