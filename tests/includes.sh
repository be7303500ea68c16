#!/bin/bash
# The house has one direction of flow: who may include whom, and which area may
# include which third-party header. See ARCHITECTURE.md.
set -u
status=0

say() { # say DESCRIPTION OFFENDERS
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        echo "not ok $1"
        echo "$2" | sed 's/^/# /'
        status=1
    fi
}

# refuse DESCRIPTION PATTERN PLACE...: no include of PATTERN in these places.
refuse() {
    local what=$1 pattern=$2
    shift 2
    say "$what" "$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]+[<\"]($pattern)" \
        --include='*.[ch]' "$@" 2>/dev/null)"
}

refuse "base includes no area" '(app|ui|fonts|content)/' include/base
refuse "fonts includes nothing above it" '(app|ui|content)/' fonts include/fonts
refuse "content includes nothing above it" '(app|ui|fonts)/' content include/content
refuse "ui includes neither app nor content" '(app|content)/' ui include/ui
refuse "the kiosk does not include the commands" 'app/ctl' app/kiosk include/app/kiosk
refuse "the commands do not include the kiosk" 'app/kiosk/' app/ctl
refuse "the service includes neither screen nor commands" '(app/(kiosk|ctl|page)|ui|fonts)/' \
    app/syncd include/app/syncd
refuse "neither kiosk nor commands include the service" 'app/syncd/' app/kiosk include/app/kiosk app/ctl
refuse "what runs as root includes base alone" '(app|ui|fonts|content)/' app/stick
refuse "the pages include neither program" 'app/(kiosk|ctl)/' app/page include/app/page
refuse "of the commands only preview includes the screen" '(app/page|ui|fonts)/' \
    $(ls app/ctl/*.[ch] | grep -v '/preview\.c$')

sdl='SDL2?[/_.]'
text='(hb|ft2build|freetype|unicode/)'
data='(sqlite3|cmark|yaml|csv\.h|jansson|curl/|sodium|openssl/|zstd)'
refuse "SDL is included in ui/ only" "$sdl" app fonts content include/app include/fonts include/content include/base
refuse "HarfBuzz and FreeType are included in fonts/ only" '(hb|ft2build|freetype)' app ui content include
refuse "sqlite3, cmark, libyaml, libcsv are included in content/ only" "$data" app ui fonts
refuse "libcurl, OpenSSL, zstd, jansson are included in content/sync/ only" \
    '(jansson|curl/|openssl/|zstd)' $(ls -d content/*/ | grep -v '^content/sync/')
refuse "of the sync only fetch_http.c includes libcurl" 'curl/' \
    $(ls content/sync/*.[ch] | grep -v '/fetch_http\.c$')
refuse "no third-party header in a header of ours" "($sdl|$text|$data)" include
exit $status
