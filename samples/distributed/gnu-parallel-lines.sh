#!/usr/bin/env bash
# Maps or unites ranges in lines (CSV, NDJSON) on all cores, or on several hosts. Needs GNU parallel, and segring on each
# host.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: gnu-parallel-lines.sh [-S HOSTS] [-j JOBS] [-b BLOCK] [-i OPTIONS] map|union INPUT OUTPUT [LIMITS...]

  -S HOSTS    hosts for parallel --sshlogin, such as 8/alpha,8/beta; without it, this machine
  -j JOBS     jobs at once on each host (default: one for each core)
  -b BLOCK    bytes in a block, which ends with a line (default: 33554432)
  -i OPTIONS  how segring reads the lines (default: '--from csv')

INPUT may be -, for standard input, and is not compressed. Each block of CSV gets the header of INPUT.
LIMITS (--max, --boundary, --align, and --gap of union) hold for each block and for the last run. The format of OUTPUT
goes by its extension.
Other options of parallel go into the variable PARALLEL, for example PARALLEL=--bar.
TEXT
}

fail() {
  echo "gnu-parallel-lines.sh: $1" >&2
  exit 2
}

hosts='' jobs=100% block=33554432 read_options='--from csv'
while getopts hS:j:b:i: option; do
  case $option in
    h) usage && exit 0 ;;
    S) hosts=$OPTARG ;;
    j) jobs=$OPTARG ;;
    b) block=$OPTARG ;;
    i) read_options=$OPTARG ;;
    *) usage >&2 && exit 2 ;;
  esac
done
shift $((OPTIND - 1))
(($# >= 3)) || { usage >&2 && exit 2; }
command=$1 input=$2 output=$3
shift 3
[[ $command == map || $command == union ]] || fail "expected map or union, got $command"
[[ $block =~ ^[1-9][0-9]*$ ]] || fail "-b expected bytes, got $block"
[[ $input == - || -r $input ]] || fail "INPUT expected a file or -, got $input"
for tool in parallel segring; do command -v "$tool" >/dev/null || fail "$tool is not installed"; done

# The output gets its name when all is done: the last run cannot see that a block is missing.
work=$(mktemp -d -- "$(dirname -- "$output")/.segring-XXXXXX")
trap 'rm -rf -- "$work"' EXIT
result=$work/$(basename -- "$output")

# --no-gzip: the first bytes of a record may look like a compressed file.
last=(segring "$command" --from records --no-gzip "$@" -o "$result")
# Of nothing, to notice wrong LIMITS now.
"${last[@]}" </dev/null

# Lines name ranges above 4 GiB, and a NOMERGE range is cut by itself. So the first cut must be the last one, and LIMITS
# hold for each block.
read -ra reading <<<"$read_options"
first=(segring "$command" "${reading[@]}" --no-gzip "$@" --to records)

if [[ $input != - ]]; then exec <"$input"; fi
# parallel --header together with --retries gives each block two headers, so jobs write the header themselves.
taken='' header=''
if [[ $read_options == *csv* && $read_options != *--columns* ]]; then
  while IFS= read -r line || [[ -n $line ]]; do
    taken+=$line$'\n'
    # Blank lines and comments, behind a byte order mark too.
    if [[ ${line#$'\xef\xbb\xbf'} =~ ^[[:space:]]*(#|$) ]]; then continue; fi
    if [[ ${line,,} =~ addr|offset|start ]]; then header=$line$'\n'; fi
    break
  done
fi
if [[ -n $header ]]; then taken=''; fi

where=()
if [[ -n $hosts ]]; then
  export PARALLEL_SSH=${PARALLEL_SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5}
  where=(--sshlogin "$hosts")
fi
{ printf %s "$taken" && cat; } |
  parallel --quote --pipe --keep-order --block "$block" --jobs "$jobs" "${where[@]}" --retries 3 --halt now,fail=1 \
    --tmpdir "$work" bash -euo pipefail -c '{ printf %s "$1" && cat; } | "${@:2}"' lines "$header" "${first[@]}" |
  "${last[@]}"
mv -- "$result" "$output"
