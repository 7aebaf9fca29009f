#!/bin/sh
# Starts the load balancer: with the certificate that was given, or else with one that is made now.
#
# A certificate is given as fullchain.pem and privkey.pem, in the folder /certificate of the container.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
given=${CERTIFICATE_GIVEN:-/certificate}
kept=${CERTIFICATE_KEPT:-/tmp/certificate}
name=${LOST_UPDATE_HOST:-localhost}

mkdir -p "$kept"
chmod 700 "$kept"
if [ -e "$given/fullchain.pem" ]; then
    cp "$given/fullchain.pem" "$given/privkey.pem" "$kept/"
else
    # Browsers warn of it, since nobody vouches for it; what travels is encrypted all the same.
    case $name in
        *[!0-9.]*) also="DNS:$name" ;;
        *) also="IP:$name" ;;
    esac
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 397 \
        -subj "/CN=$name" -addext "subjectAltName=$also,DNS:localhost,IP:127.0.0.1" \
        -keyout "$kept/privkey.pem" -out "$kept/fullchain.pem" 2>/dev/null
    echo "No certificate was given: one was made for $name, of which browsers warn." >&2
fi
chmod 600 "$kept/privkey.pem"

exec nginx -c "$here/nginx.conf" -e stderr -g 'daemon off;'
