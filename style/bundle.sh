#!/bin/sh
# Puts the stylesheets together, in the order in which they may build on each other: tokens, what every element
# starts from, components by name, and where they stand on the page. What the first screen does without comes in a
# second one, after it. Writes target/style/parley.css and target/style/later.css.
set -eu
# The order of the files is the same in every language.
export LC_ALL=C
cd "$(dirname "$0")"
mkdir -p ../target/style
# Left alone when nothing changed, so that a watching build does not start itself again.
put() {
    if cmp -s "../target/style/$1.new" "../target/style/$1"; then
        rm "../target/style/$1.new"
    else
        mv "../target/style/$1.new" "../target/style/$1"
    fi
}
cat tokens.css base.css components/*.css layout.css > ../target/style/parley.css.new
cat later/*.css > ../target/style/later.css.new
put parley.css
put later.css
