#!/usr/bin/env bash
# Maps or unites one large file of packed records, in a run that may be ended at any time and started again. Each block is a
# job with an output file of its own, in the folder PARTS. INPUT and PARTS lie where each host sees them under the same name.
# Needs GNU parallel, and segring and bash on each host.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: gnu-parallel-resume.sh [-S HOSTS] [-j JOBS] [-b BLOCK] map|union INPUT.records PARTS OUTPUT [OPTIONS...]

  -S HOSTS  hosts for parallel --sshlogin, such as 8/alpha,8/beta; without it, this machine
  -j JOBS   jobs at once on each host (default: one for each core)
  -b BLOCK  bytes in a block, a multiple of 16 (default: 67108864)

PARTS is a folder, which the first run makes. The same command goes on where an earlier one ended. Remove PARTS at the end.
OPTIONS (--max, --boundary, --align, --to, and --gap of union) hold for the last run, which makes OUTPUT.
Other options of parallel go into the variable PARALLEL, for example PARALLEL=--bar.
TEXT
}

fail() {
  echo "gnu-parallel-resume.sh: $1" >&2
  exit 2
}

hosts='' jobs=100% block=67108864
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
(($# >= 4)) || { usage >&2 && exit 2; }
command=$1 input=$(realpath -- "$2") folder=$3 output=$4
shift 4
[[ $command == map || $command == union ]] || fail "expected map or union, got $command"
[[ $block =~ ^[1-9][0-9]*$ ]] && ((block % 16 == 0)) || fail "-b expected a multiple of 16, got $block"
[[ -f $input && -r $input ]] || fail "INPUT expected a file, got $input"
size=$(stat -c %s -- "$input")
((size % 16 == 0)) || fail "INPUT expected records of 16 bytes, got $size bytes"
count=$(((size + block - 1) / block))
[[ $command == map ]] || ((count <= 500)) || fail "-b expected at least $(((size / 500 / 16 + 1) * 16)), got $block"
for tool in parallel segring; do command -v "$tool" >/dev/null || fail "$tool is not installed"; done

# The output gets its name when all is done.
work=$(mktemp -d -- "$(dirname -- "$output")/.segring-XXXXXX")
trap 'rm -rf -- "$work"' EXIT
result=$work/$(basename -- "$output")
# --no-gzip: the first bytes of a part may look like a compressed file.
last=(segring "$command" --from records --no-gzip "$@" -o "$result")
# Of nothing, to notice wrong OPTIONS now.
"${last[@]}" </dev/null

# Parts of another input, or of other blocks, would make a wrong result.
mkdir -p -- "$folder"
folder=$(realpath -- "$folder")
run="$command $input, $size bytes, changed $(stat -c %y -- "$input"), blocks of $block"
[[ -e $folder/run ]] || { echo "$run" >"$folder/run.$$" && mv -- "$folder/run.$$" "$folder/run"; }
[[ $(<"$folder/run") == "$run" ]] || fail "PARTS has parts of another run: $(<"$folder/run")"

# What a job does on its host: one block, into a file that gets its name when it is whole.
job='
  index=$1 command=$2 input=$3 size=$4 block=$5 part=$6/$1.records
  [[ ! -e $part ]] || exit 0
  found=$(stat -c %s -- "$input")
  [[ $found == "$size" ]] || { echo "$HOSTNAME: $input expected with $size bytes, got $found" >&2; exit 1; }
  partial=$part.$HOSTNAME.$$
  trap "rm -f -- \"\$partial\"" EXIT
  dd if="$input" bs=1M iflag=skip_bytes,count_bytes,fullblock skip=$((10#$index * block)) count="$block" status=none |
    segring "$command" --from records --no-gzip --to records >"$partial"
  sync -- "$partial"
  mv -- "$partial" "$part"
'
where=()
if [[ -n $hosts ]]; then
  export PARALLEL_SSH=${PARALLEL_SSH:-ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5}
  where=(--sshlogin "$hosts")
fi
parts=() missing=()
for ((index = 0; index < count; index++)); do
  printf -v name %08d "$index"
  parts+=("$folder/$name.records")
  [[ -e ${parts[-1]} ]] || missing+=("$name")
done
echo "$((count - ${#missing[@]})) of $count blocks were done before" >&2
if ((${#missing[@]} > 0)); then
  printf '%s\n' "${missing[@]}" | parallel --quote --jobs "$jobs" "${where[@]}" --retries 3 --halt soon,fail=1 \
    bash -euo pipefail -c "$job" segring-job {} "$command" "$input" "$size" "$block" "$folder"
fi

if [[ $command == map ]]; then
  printf '%s\0' /dev/null "${parts[@]}" | xargs -0 cat | "${last[@]}"
else
  "${last[@]}" --sorted /dev/null "${parts[@]}"
fi
mv -- "$result" "$output"
