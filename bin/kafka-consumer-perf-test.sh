#!/bin/sh
exec "$(dirname "$0")/aquila" kafka-consumer-perf-test "$@"
