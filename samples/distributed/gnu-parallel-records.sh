#!/usr/bin/env bash
# Maps or unites one large file of packed records on all cores, or on several hosts. Needs GNU parallel, and segring on each
# host.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: gnu-parallel-records.sh [-S HOSTS] [-j JOBS] [-b BLOCK] map|union INPUT.records OUTPUT [OPTIONS...]

  -S HOSTS  hosts for parallel --sshlogin, such as 8/alpha,8/beta; without it, this machine
  -j JOBS   jobs at once on each host (default: one for each core)
  -b BLOCK  bytes in a block, a multiple of 16 (default: 33554432)

OPTIONS (--max, --boundary, --align, --to, and --gap of union) hold for the last run, which makes OUTPUT.
Other options of parallel go into the variable PARALLEL, for example PARALLEL=--bar.
TEXT
}

fail() {
  echo "gnu-parallel-records.sh: $1" >&2
  exit 2
}

hosts='' jobs=100% block=33554432
while getopts hS:j:b: option; do
  case $option in
    h) usage && exit 0 ;;
    S) hosts=$OPTARG ;;
    j) jobs=$OPTARG ;;
    b) block=$OPTARG ;;
    *) usage >&2 && exit 2 ;;
  esac
done
shift $((OPTIND - 1))
(($# >= 3)) || { usage >&2 && exit 2; }
command=$1 input=$2 output=$3
shift 3
[[ $command == map || $command == union ]] || fail "expected map or union, got $command"
[[ -f $input && -r $input ]] || fail "INPUT expected a file, got $input"
size=$(stat -L -c %s -- "$input")
((size % 16 == 0)) || fail "INPUT expected records of 16 bytes, got $size bytes"
[[ $block =~ ^[1-9][0-9]*$ ]] && ((block % 16 == 0)) || fail "-b expected a multiple of 16, got $block"
for tool in parallel segring; do command -v "$tool" >/dev/null || fail "$tool is not installed"; done

# The output gets its name when all is done: the last run cannot see that a block is missing.
work=$(mktemp -d -- "$(dirname -- "$output")/.segring-XXXXXX")
trap 'rm -rf -- "$work"' EXIT
result=$work/$(basename -- "$output")

# --no-gzip: the first bytes of a block may look like a compressed file.
last=(segring "$command" --from records --no-gzip "$@" -o "$result")
# Of nothing, to notice wrong OPTIONS now.
"${last[@]}" </dev/null

first=(segring "$command" --from records --no-gzip --to records)
common=(--keep-order --recend '' --block "$block" --jobs "$jobs" --halt now,fail=1 --tmpdir "$work")
if [[ -n $hosts ]]; then
  # parallel keeps each block until its job is done, and sends the blocks of a host that died to another host.
  export PARALLEL_SSH=${PARALLEL_SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5}
  parallel --pipe --retries 3 --sshlogin "$hosts" "${common[@]}" "${first[@]}" <"$input" | "${last[@]}"
else
  # Each job reads its block from the file. --retries 1: a second try would get an empty block.
  parallel --pipepart -a "$input" --retries 1 "${common[@]}" "${first[@]}" | "${last[@]}"
fi
mv -- "$result" "$output"
