#!/bin/sh
exec "$(dirname "$0")/aquila" kafka-get-offsets "$@"
