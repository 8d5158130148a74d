#!/bin/sh
exec "$(dirname "$0")/aquila" kafka-producer-perf-test "$@"
