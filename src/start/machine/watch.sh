#!/bin/sh
# Outlives a launcher that is killed: reads from it, line by line, what it has started; when the launcher is gone,
# in whatever way, ends what is still there. A process is known by pid and start time, so never a stranger's.
# Lines: `process PID STARTTIME` | `interface NAME`
trap '' INT TERM HUP

started() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

list=''
while read -r kind what since; do
  list="$list $kind:$what:$since"
done

send() {
  for item in $list; do
    since=${item##*:} pid=${item#*:}
    pid=${pid%%:*}
    case $item in
      process:*) [ "$(started "$pid")" = "$since" ] && kill "-$1" "$pid" && left=yes ;;
    esac
  done
}

for second in 1 2 3 4 5 6 7 8; do
  left=no
  send INT
  [ $left = no ] && break
  sleep 1
done
send KILL
for item in $list; do
  name=${item#*:}
  case $item in interface:*) ip link delete "${name%%:*}" 2>/dev/null ;; esac
done
