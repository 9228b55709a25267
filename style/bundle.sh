#!/bin/sh
# Puts the stylesheets together, in the order in which they may build on each other: tokens, what every element
# starts from, components by name, and where they stand on the page. Writes target/style/parley.css.
set -eu
cd "$(dirname "$0")"
mkdir -p ../target/style
cat tokens.css base.css components/*.css layout.css > ../target/style/parley.css.new
# Left alone when nothing changed, so that a watching build does not start itself again.
if cmp -s ../target/style/parley.css.new ../target/style/parley.css; then
    rm ../target/style/parley.css.new
else
    mv ../target/style/parley.css.new ../target/style/parley.css
fi
